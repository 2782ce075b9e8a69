/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A live map whose entries can be added and removed: {@code LPM_TRIE}, {@code DEVMAP}, {@code DEVMAP_HASH} and {@code CPUMAP}, and the
 * types of the subclasses.
 *
 * <p>In an {@code LPM_TRIE}, two prefixes are equal if they have the same length and the same bits up to that length. {@code put} and
 * {@code remove} change only the entry with exactly the given prefix. {@code get} returns the entry with the longest prefix of a key, and
 * {@code contains} tests for one. The kernel does not report which prefix matched, so the returned entry has the key that the caller
 * passed. {@code forEach} passes every entry with its own prefix, and longer prefixes before the shorter prefixes that contain them.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class RemovableAccessor<K, E> extends KeyedAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected RemovableAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Removes several entries in order: in batches ({@code BPF_MAP_DELETE_BATCH}), or one by one if the kernel has no batches for this map
     * type. A BPF program of Nestmap may do this, as in {@link #putAll}.
     *
     * @param keys keys of the entries
     * @return the keys that had an entry; all keys for a {@code DEVMAP} and a {@code CPUMAP}
     * @throws BatchException if the kernel rejects some keys: lists the failure for each key; all other entries are removed
     * @throws IllegalArgumentException if a key does not fit its C type; then no entry is removed
     * @throws dev.nestmap.runtime.error.BpfException if user space may not write to the map; then no entry is removed
     */
    public List<K> removeAll(Collection<? extends K> keys) {
        keys.forEach(key -> Objects.requireNonNull(key, () -> "a key for map " + name() + " is null"));
        return new EntryBatchWriter<>(map(), codec()).remove(List.copyOf(keys));
    }

    /**
     * Makes the map equal to a collection: writes all entries of the collection as {@link #putAll} does, and then removes all other entries.
     * Meanwhile, a program that looks up a key of the collection finds the old or the new entry. The map needs room for the old and the new
     * entries. Entries that other threads or programs add during the call may stay.
     *
     * @param entries the entries; if two have the same key, the last one counts
     * @throws BatchException if the kernel rejects some entries or removals. If it rejects an entry, nothing is removed
     * @throws IllegalArgumentException if a component does not fit its C type; then nothing is changed
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation, or user space may not write to the map
     */
    public final void replaceAll(Collection<? extends E> entries) {
        List<E> all = List.copyOf(entries);
        putAll(all);
        Set<ByteString> kept = new HashSet<>();
        all.forEach(entry -> toBytes(entry, (key, value) -> kept.add(bytes(key))));
        List<ByteString> others = new ArrayList<>(); // a key of C may have other padding than the same key of a record
        forEachBytes((key, value) -> {
            ByteString other = bytes(key);
            if (!kept.contains(other)) {
                others.add(other);
            }
        });
        new EntryBatchWriter<>(map(), codec()).removeBytes(others);
    }

    private static ByteString bytes(ByteBuffer key) {
        return ByteString.of(key, 0, key.remaining());
    }

    @Override
    public void clear() {
        for (BatchScan scan = new BatchScan(map()); next(scan); ) {
            Batch found = scan.batch();
            BatchChange change = BatchChange.deleting(map(), found.count());
            int keySize = shape().keySize();
            for (int from = 0; from < found.count(); from += change.batch().capacity()) {
                int keys = Math.min(change.batch().capacity(), found.count() - from);
                change.batch().begin(keys);
                found.memory()
                        .copy(
                                found.keyAt(from),
                                change.batch().memory(),
                                change.batch().keyAt(0),
                                keys * keySize);
                change.make((index, errno) -> {
                    if (errno != -ENOENT) {
                        throw failed(MapOperation.DELETE, null, errno);
                    }
                });
            }
            change.batch().release();
        }
    }
}
