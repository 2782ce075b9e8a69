/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.Collection;
import java.util.List;

/**
 * A live map whose entries are records that are found by key. What is expected to happen is a value: null or false for an
 * entry that is not there. Anything else is a {@link BpfException}; a component that does not fit its C type is an
 * {@link IllegalArgumentException}, and nothing is written then. Bytes that are no value of the record's, because an enum has no
 * constant for a number or the record's constructor throws, are a {@link BpfException} with map, key and bytes.
 *
 * <p>Of a record with a {@code @SpinLock} every entry is read and written under its lock ({@code BPF_F_LOCK}): it is as a program left
 * it, or as it was put. Without one, every aligned 8-byte word that is read is one that was written, but two of them may be from
 * different writes.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class KeyedAccessor<K, E> extends ReadableAccessor<K, E> {
    KeyedAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /**
     * Writes the entry, whether or not there is one with its key.
     *
     * @throws BpfException when the map is full or the kernel refuses for another reason
     */
    public void put(E entry) {
        put(entry, UpdateMode.ANY);
    }

    /**
     * Writes the entry if the mode allows. In an array every entry is there from the start.
     *
     * @return false when the mode did not allow it: {@link UpdateMode#NOEXIST} and the key was there, or
     *     {@link UpdateMode#EXIST} and it was not
     * @throws BpfException when the map is full or the kernel refuses for another reason
     */
    public boolean put(E entry, UpdateMode mode) {
        try (Scratch scratch = Scratch.take(valueAt() + codec().valueSize())) {
            K key = codec().keyOf(entry);
            codec().key().write(key, scratch.block().bytes(), 0);
            codec().writeValue(entry, scratch.block().bytes(), valueAt());
            int result = map().update(scratch.block(), 0, valueAt(), mode.flag() | lock());
            if (result == 0) {
                return true;
            }
            if ((mode == UpdateMode.NOEXIST && result == -EEXIST) || (mode == UpdateMode.EXIST && result == -ENOENT)) {
                return false;
            }
            throw MapOperation.UPDATE.failed(shape(), key, result);
        }
    }

    /**
     * {@link #put(Object)} of each, in order and in batches ({@code BPF_MAP_UPDATE_BATCH}, since Linux 5.6; one by one where the kernel
     * has none for this type).
     *
     * @throws BatchException when some could not be written; the others are
     * @throws IllegalArgumentException when a component does not fit its C type; then none is written
     * @throws BpfException when the map is read-only for user space; then none is written
     */
    public final void putAll(Collection<? extends E> entries) {
        new EntryBatches<>(map(), codec()).put(List.copyOf(entries), lock());
    }

    /** Removes every entry, or makes it zeros in an array. Entries that come meanwhile may stay. */
    public abstract void clear();
}
