/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ERANGE;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.PerCpuCodec;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live map whose entries are records with a key. If there is no entry, methods return null or false. If a component does not fit its C
 * type, methods write nothing and throw an {@link IllegalArgumentException}. For all other failures, they throw a {@link BpfException}. Bytes
 * are not a valid value of the record if an enum has no constant for a number, or if the record's constructor throws. The {@link
 * BpfException} then names the map, the key and the bytes.
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
     * @return false if there already is an entry with the key, which stays unchanged. Always false for an array, a {@code DEVMAP} and a {@code
     *     CPUMAP}, where the kernel considers all entries as existing: use {@link #put}
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
     * @return false if there is no entry with the key; then nothing is written. For a {@code DEVMAP}, {@code DEVMAP_HASH} or {@code CPUMAP},
     *     the entry is always written, and the result is true
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
     * Writes several entries, in order and in batches ({@code BPF_MAP_UPDATE_BATCH}; one by one if the kernel has no batches for this map type). If a
     * process calls this method often, Nestmap writes hundreds of entries in each system call with a BPF program of its own, in about half the time,
     * as long as the kernel and the map allow it.
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

    // An entry of a per-CPU map is a list with one record for each possible CPU, in the order of the CPU numbers.
    // Generated accessors of such maps have methods that call these.

    /**
     * Returns the number of values in an entry of a per-CPU map. Generated code calls it.
     *
     * @param map a per-CPU map
     * @return the number of possible CPUs
     */
    protected static int cpusOf(KeyedAccessor<?, ?> map) {
        return ((PerCpuCodec<?, ?>) map.codec()).cpus();
    }

    /**
     * Returns the record of one CPU. Since Linux 7.0, the kernel copies only this CPU's value ({@code BPF_F_CPU}). On older kernels, and for maps in
     * memory, Nestmap reads the values of all CPUs. Generated code calls it.
     *
     * @param map a per-CPU map
     * @param key key of the entry
     * @param cpu number of the CPU
     * @param <K> type of the keys
     * @param <R> type of one CPU's records
     * @return the record; null if there is no entry
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not a valid value of the record
     * @throws IllegalArgumentException if the machine can't have this CPU, or if the key does not fit its C type
     */
    protected static <K, R> @Nullable R getOfCpu(KeyedAccessor<K, List<R>> map, K key, int cpu) {
        PerCpuCodec<K, R> codec = perCpu(map);
        int offset = codec.offset(cpu);
        try (Scratch scratch = Scratch.take(map.entrySize())) {
            OffHeapBlock block = scratch.block();
            codec.writeKey(key, block.bytes(), 0);
            int at = map.valueAt();
            int result = map.map().lookup(block, 0, at, RawMap.ofCpu(cpu));
            if (lacksSingleValues(result)) {
                result = map.map().lookup(block, 0, at);
                at += offset;
            }
            return map.found(result, MapOperation.LOOKUP, key)
                    ? EntryDecoder.entry(map.shape(), codec.one(), key, block.bytes(), at)
                    : null;
        }
    }

    /**
     * Whether the kernel has rejected {@code BPF_F_CPU}: it does not know the flag, or the number of the CPU is not below the number of CPUs
     * ({@code bpf_map_check_op_flags} in {@code linux/bpf.h} of Linux 7.0), which is possible if the numbers have holes.
     */
    private static boolean lacksSingleValues(int result) {
        return result == -EINVAL || result == -ERANGE;
    }

    /**
     * Returns the records of all CPUs combined into one. Generated code calls it.
     *
     * @param map a per-CPU map
     * @param key key of the entry
     * @param reducer combines two records
     * @param <K> type of the keys
     * @param <R> type of one CPU's records
     * @return the combined record; null if there is no entry
     * @throws BpfException if the kernel rejects the operation
     */
    protected static <K, R> @Nullable R getCombined(KeyedAccessor<K, List<R>> map, K key, BinaryOperator<R> reducer) {
        List<R> all = map.getAt(key);
        return all == null ? null : all.stream().reduce(reducer).orElseThrow();
    }

    /**
     * Passes the records of all CPUs, combined into one for each key, to an action. Generated code calls it.
     *
     * @param map a per-CPU map
     * @param reducer combines two records
     * @param action gets the combined records
     * @param <K> type of the keys
     * @param <R> type of one CPU's records
     * @throws BpfException if the kernel rejects the operation
     */
    protected static <K, R> void forEachCombined(
            KeyedAccessor<K, List<R>> map, BinaryOperator<R> reducer, Consumer<? super R> action) {
        map.forEach(all -> action.accept(all.stream().reduce(reducer).orElseThrow()));
    }

    /**
     * Writes the record of one CPU. In a {@code PERCPU_ARRAY}, the kernel writes only this CPU's value since Linux 7.0 ({@code BPF_F_CPU}).
     * Otherwise, Nestmap reads the values of all CPUs, replaces one, and writes all of them. Changes that programs make on other CPUs at the same
     * time are then lost. Changes that programs make on this CPU at the same time may be lost on any kernel. So use this only for values that
     * programs only read, or while no program runs. If there is no entry, the values of the other CPUs become zero. Generated code calls it.
     *
     * @param map a per-CPU map
     * @param entry the record
     * @param cpu number of the CPU
     * @param <K> type of the keys
     * @param <R> type of one CPU's records
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if the machine can't have this CPU, or if a component does not fit its C type
     */
    protected static <K, R> void putOfCpu(KeyedAccessor<K, List<R>> map, R entry, int cpu) {
        PerCpuCodec<K, R> codec = perCpu(map);
        int offset = codec.offset(cpu);
        K key = codec.one().keyOf(entry);
        try (Scratch scratch = Scratch.take(map.entrySize())) {
            ByteBuffer bytes = scratch.block().bytes();
            int at = map.valueAt();
            codec.writeKey(key, bytes, 0);
            codec.writeOne(entry, bytes, at);
            // In a hash map, the kernel may create the entry in the memory of a removed one. Then it leaves the old
            // values of the other CPUs there (pcpu_init_value in kernel/bpf/hashtab.c of Linux 7.0).
            int result = map.shape().kind() == MapKind.PERCPU_ARRAY
                    ? map.map().update(scratch.block(), 0, at, RawMap.ofCpu(cpu))
                    : -EINVAL;
            if (lacksSingleValues(result)) {
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
     * Writes the same record for every CPU. Generated code calls it.
     *
     * @param map a per-CPU map
     * @param entry the record
     * @param <R> type of one CPU's records
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    protected static <R> void putForEachCpu(KeyedAccessor<?, List<R>> map, R entry) {
        map.put(Collections.nCopies(cpusOf(map), entry));
    }

    private static <K, R> PerCpuCodec<K, R> perCpu(KeyedAccessor<K, List<R>> map) {
        return (PerCpuCodec<K, R>) map.codec();
    }
}
