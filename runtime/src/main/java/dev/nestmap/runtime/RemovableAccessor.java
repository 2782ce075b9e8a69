/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.Collection;
import java.util.List;

/**
 * A live map whose entries come and go: {@code DEVMAP}, {@code DEVMAP_HASH} and {@code CPUMAP}, and the types of the subclasses.
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
     * Removes an entry.
     *
     * @param key key of the entry
     * @param <Q> type of the key
     * @return false if there is none
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    public <Q extends K> boolean remove(Q key) {
        Scratch scratch = Scratch.take(entrySize());
        try {
            writeKey(key, scratch.block().bytes());
            return found(map().delete(scratch.block(), 0), MapOperation.DELETE, key);
        } finally {
            scratch.close();
        }
    }

    /**
     * Removes several entries, in order and in batches ({@code BPF_MAP_DELETE_BATCH}, since Linux 5.6; one by one if the kernel has
     * no batches for this map type), or by a program as {@link #putAll} does.
     *
     * @param keys keys of the entries
     * @return the keys that had an entry
     * @throws BatchException if the kernel rejects some keys; it has the failure for each key, and all other entries are removed
     * @throws IllegalArgumentException if a key does not fit its C type; then no entry is removed
     * @throws dev.nestmap.runtime.error.BpfException if user space may not write to the map; then no entry is removed
     */
    public List<K> removeAll(Collection<? extends K> keys) {
        return new EntryBatches<>(map(), codec()).remove(List.copyOf(keys));
    }

    @Override
    public void clear() {
        for (BatchScan scan = new BatchScan(map()); scan.next(); ) {
            ReadBatch found = scan.batch();
            BatchChange change = BatchChange.deleting(map(), found.count());
            int keySize = shape().keySize();
            for (int from = 0; from < found.count(); from += change.batch().capacity()) {
                int keys = Math.min(change.batch().capacity(), found.count() - from);
                change.batch().begin(keys);
                change.batch().block().bytes().put(0, found.keys().bytes(), from * keySize, keys * keySize);
                change.make((index, errno) -> {
                    if (errno != -ENOENT) {
                        throw MapOperation.DELETE.failed(shape(), null, errno);
                    }
                });
            }
            change.batch().release();
        }
    }
}
