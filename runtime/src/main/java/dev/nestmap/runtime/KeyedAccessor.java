/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.AccessorBinding;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/**
 * A live map whose entries are records with a key. Expected outcomes are values: null or false if there is no entry. Any other
 * failure is a {@link BpfException}. A component that does not fit its C type is an {@link IllegalArgumentException}, and nothing
 * is written. If the bytes of an entry are not a valid value of the record, because an enum has no constant for a number or the
 * record's constructor throws, the {@link BpfException} has the map, the key and the bytes.
 *
 * <p>If the record has a {@code @SpinLock}, each entry is read and written under its lock ({@code BPF_F_LOCK}), as a whole. Without
 * one, each aligned 8-byte word is read as a whole, but two words may be from different writes.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class KeyedAccessor<K, E> extends ReadableAccessor<K, E> {
    KeyedAccessor(AccessorBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Writes an entry, whether or not there is one with its key.
     *
     * @param entry the entry
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public void put(E entry) {
        put(entry, UpdateMode.ANY);
    }

    /**
     * Writes an entry if the mode allows it. In an array every entry exists from the start.
     *
     * @param entry the entry
     * @param mode the condition
     * @return false if the mode did not allow it: {@link UpdateMode#NOEXIST} and the key was there, or {@link UpdateMode#EXIST} and
     *     it was not
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public boolean put(E entry, UpdateMode mode) {
        Scratch scratch = Scratch.take(entrySize());
        try {
            EntryCodec<K, E> codec = codec();
            ByteBuffer bytes = scratch.block().bytes();
            codec.writeKey(codec.keyOf(entry), bytes, 0);
            codec.writeValue(entry, bytes, valueAt());
            int result = map().update(scratch.block(), 0, valueAt(), mode.flag() | lock());
            if (result == 0) {
                return true;
            }
            if ((mode == UpdateMode.NOEXIST && result == -EEXIST) || (mode == UpdateMode.EXIST && result == -ENOENT)) {
                return false;
            }
            throw failed(MapOperation.UPDATE, codec.keyOf(entry), result);
        } finally {
            scratch.close();
        }
    }

    /**
     * Writes several entries, in order and in batches ({@code BPF_MAP_UPDATE_BATCH}, since Linux 5.6; one by one if the kernel has
     * no batches for this map type). Where the kernel and the map allow it, and if the map is written like this often, a BPF program of
     * Nestmap writes hundreds of entries in a system call, which takes about half the time.
     *
     * @param entries the entries
     * @throws BatchException if the kernel rejects some entries; it has the failure for each key, and all other entries are written
     * @throws IllegalArgumentException if a component does not fit its C type; then no entry is written
     * @throws BpfException if user space may not write to the map; then no entry is written
     */
    public final void putAll(Collection<? extends E> entries) {
        new EntryBatches<>(map(), codec()).put(List.copyOf(entries), lock());
    }

    /**
     * Removes every entry, or writes zeros to every entry of an array. Entries that are added meanwhile may stay.
     *
     * @throws BpfException if the kernel rejects the operation; some entries may be removed
     */
    public abstract void clear();
}
