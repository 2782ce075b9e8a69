/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/**
 * A live map whose entries are records with a key. If there is no entry, methods return null or false. They throw an {@link
 * IllegalArgumentException} and write nothing if a component does not fit its C type, and a {@link BpfException} for all other failures. If
 * the bytes of an entry are not a valid value of the record, the {@link BpfException} names the map, the key and the bytes: an enum has no
 * constant for a number, or the record's constructor throws.
 *
 * <p>If the record has a {@code @SpinLock}, the kernel reads and writes each entry as a whole, under its lock ({@code BPF_F_LOCK}).
 * Otherwise it reads each aligned 8-byte word as a whole, but two words may come from different writes.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class KeyedAccessor<K, E> extends ReadableAccessor<K, E> {
    KeyedAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Writes an entry. Replaces the entry with the same key, if there is one.
     *
     * @param entry the entry
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void put(E entry) {
        write(entry, RawMap.ANY);
    }

    /**
     * Adds an entry ({@code BPF_NOEXIST}).
     *
     * @param entry the entry
     * @return false if there is an entry with the key, which stays unchanged; always false for an array, where every entry exists
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean putIfAbsent(E entry) {
        return write(entry, RawMap.NOEXIST);
    }

    /**
     * Replaces the entry with the same key ({@code BPF_EXIST}).
     *
     * @param entry the entry
     * @return false if there is no entry with the key; then nothing is written
     * @throws BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean replace(E entry) {
        return write(entry, RawMap.EXIST);
    }

    private boolean write(E entry, long condition) {
        Scratch scratch = Scratch.take(entrySize());
        try {
            EntryCodec<K, E> codec = codec();
            ByteBuffer bytes = scratch.block().bytes();
            codec.writeKey(codec.keyOf(entry), bytes, 0);
            codec.writeValue(entry, bytes, valueAt());
            int result = map().update(scratch.block(), 0, valueAt(), condition | lock());
            return result == 0 || isWritten(result, condition, codec.keyOf(entry));
        } finally {
            scratch.close();
        }
    }

    /**
     * Writes several entries, in order and in batches ({@code BPF_MAP_UPDATE_BATCH}, since Linux 5.6; one by one if the kernel has no
     * batches for this map type). If a process calls this often, a BPF program of Nestmap writes hundreds of entries in each system call,
     * in about half the time, provided that the kernel and the map allow it.
     *
     * @param entries the entries
     * @throws BatchException if the kernel rejects some entries: lists the failure for each key; all other entries are written
     * @throws IllegalArgumentException if a component does not fit its C type; then no entry is written
     * @throws BpfException if user space may not write to the map; then no entry is written
     */
    public final void putAll(Collection<? extends E> entries) {
        new EntryBatchWriter<>(map(), codec()).put(List.copyOf(entries), lock());
    }

    /**
     * Removes every entry. In an array, writes zeros to every entry instead. Entries that programs add during the call may stay. While
     * programs change an {@code RHASH}, other entries may also stay: see {@link dev.nestmap.annotations.MapType#RHASH}.
     *
     * @throws BpfException if the kernel rejects the operation; some entries may be removed
     */
    public abstract void clear();
}
