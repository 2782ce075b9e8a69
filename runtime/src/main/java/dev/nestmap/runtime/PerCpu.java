/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;

import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.PerCpuCodec;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a per-CPU map: {@code PERCPU_ARRAY}, {@code PERCPU_HASH} or {@code LRU_PERCPU_HASH}. An entry is a list with one record
 * for each possible CPU, in the order of the CPU numbers. All records of an entry have the same key. Generated accessors implement this
 * interface.
 *
 * @param <K> type of the keys
 * @param <E> type of one CPU's records
 */
public interface PerCpu<K, E> {
    /** {@return the number of possible CPUs, and so of records in each entry} */
    default int cpus() {
        return ((PerCpuCodec<?, ?>) ((KeyedAccessor<?, ?>) this).codec()).cpus();
    }

    /**
     * Returns the record of one CPU. Since Linux 7.0, the kernel copies only this CPU's value ({@code BPF_F_CPU}). Before, and in memory,
     * Nestmap reads the values of all CPUs.
     *
     * @param key key of the entry
     * @param cpu number of the CPU, from 0 to {@link #cpus} - 1
     * @return the record; null if there is no entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation, or if the bytes are not a valid value of
     *     the record
     * @throws IllegalArgumentException if the machine can't have this CPU, or if the key does not fit its C type
     */
    @SuppressWarnings("unchecked") // only accessors of such entries implement it
    default @Nullable E get(K key, int cpu) {
        KeyedAccessor<K, List<E>> map = (KeyedAccessor<K, List<E>>) this;
        PerCpuCodec<K, E> codec = (PerCpuCodec<K, E>) map.codec();
        int offset = codec.offset(cpu);
        try (Scratch scratch = Scratch.take(map.entrySize())) {
            OffHeapBlock block = scratch.block();
            codec.writeKey(key, block.bytes(), 0);
            int at = map.valueAt();
            int result = map.map().lookup(block, 0, at, RawMap.ofCpu(cpu));
            if (result == -EINVAL) {
                result = map.map().lookup(block, 0, at);
                at += offset;
            }
            return map.found(result, MapOperation.LOOKUP, key)
                    ? EntryDecoder.entry(map.shape(), codec.one(), key, block.bytes(), at)
                    : null;
        }
    }

    /**
     * Writes the record of one CPU. In a {@code PERCPU_ARRAY}, the kernel writes only this CPU's value since Linux 7.0 ({@code BPF_F_CPU}).
     * Otherwise Nestmap reads the values of all CPUs, replaces one, and writes all of them: what programs write meanwhile on other CPUs is
     * lost. A change that a program makes on this CPU at the same time may be lost on every kernel. So use this for values that programs
     * only read, or while they don't run. If there is no entry, the values of the other CPUs are zero.
     *
     * @param entry the record
     * @param cpu number of the CPU, from 0 to {@link #cpus} - 1
     * @throws dev.nestmap.runtime.error.BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if the machine can't have this CPU, or if a component does not fit its C type
     */
    @SuppressWarnings("unchecked") // only accessors of such entries implement it
    default void put(E entry, int cpu) {
        KeyedAccessor<K, List<E>> map = (KeyedAccessor<K, List<E>>) this;
        PerCpuCodec<K, E> codec = (PerCpuCodec<K, E>) map.codec();
        int offset = codec.offset(cpu);
        K key = codec.one().keyOf(entry);
        try (Scratch scratch = Scratch.take(map.entrySize())) {
            ByteBuffer bytes = scratch.block().bytes();
            int at = map.valueAt();
            codec.writeKey(key, bytes, 0);
            codec.writeOne(entry, bytes, at);
            // In a hash map, the kernel may create the entry in the memory of a removed one. Then it leaves the old
            // values of the other CPUs
            // there (pcpu_init_value in kernel/bpf/hashtab.c of Linux 7.0).
            int result = map.shape().kind() == MapKind.PERCPU_ARRAY
                    ? map.map().update(scratch.block(), 0, at, RawMap.ofCpu(cpu))
                    : -EINVAL;
            if (result == -EINVAL) {
                if (!map.found(map.map().lookup(scratch.block(), 0, at), MapOperation.LOOKUP, key)) {
                    bytes.put(at, new byte[codec.valueSize()]);
                }
                codec.writeOne(entry, bytes, at + offset);
                result = map.map().update(scratch.block(), 0, at, RawMap.ANY);
            }
            if (result != 0) {
                throw map.failed(MapOperation.UPDATE, key, result);
            }
        }
    }

    /**
     * Returns the records of all CPUs combined into one.
     *
     * @param key key of the entry
     * @param reducer combines two records
     * @return the combined record; null if there is no entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    @SuppressWarnings("unchecked") // only accessors of such entries implement it
    default @Nullable E get(K key, BinaryOperator<E> reducer) {
        List<E> all = ((KeyedAccessor<K, List<E>>) this).get(key);
        return all == null ? null : all.stream().reduce(reducer).orElseThrow();
    }

    /**
     * Writes the same record for every CPU, for example to start all counts at a known value.
     *
     * @param entry the record
     * @throws dev.nestmap.runtime.error.BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    @SuppressWarnings("unchecked") // only accessors of such entries implement it
    default void putForEachCpu(E entry) {
        ((KeyedAccessor<K, List<E>>) this).put(Collections.nCopies(cpus(), entry));
    }
}
