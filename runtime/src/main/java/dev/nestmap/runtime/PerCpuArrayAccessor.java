/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code PERCPU_ARRAY}: an array in which each CPU has its own value. An entry is a list with one record for each possible
 * CPU, in the order of the CPU numbers. All records of an entry have the same key.
 *
 * @param <K> type of the keys
 * @param <E> type of one CPU's records
 */
public abstract class PerCpuArrayAccessor<K, E> extends ArrayAccessor<K, List<E>> {
    private final PerCpuCodec<K, E> codec;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts one CPU's records to bytes and back
     */
    protected PerCpuArrayAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        this(
                binding,
                new PerCpuCodec<>(
                        binding.map().shape().name(), codec, binding.map().valueBytes()));
    }

    private PerCpuArrayAccessor(MapBinding binding, PerCpuCodec<K, E> codec) {
        super(binding, codec);
        this.codec = codec;
    }

    /** {@return the number of possible CPUs, each of which has a value in every entry} */
    public final int cpus() {
        return codec.cpus();
    }

    @Override
    final EntryCodec<K, List<E>> codecFor(int valueSize) {
        return codec.withValueSize(valueSize);
    }

    /**
     * Returns the records of all CPUs combined into one.
     *
     * @param key key of the entry
     * @param reducer combines two records
     * @return the combined record; null if there is no such index
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public final @Nullable E get(K key, BinaryOperator<E> reducer) {
        List<E> all = get(key);
        return all == null ? null : all.stream().reduce(reducer).orElseThrow();
    }

    /**
     * Writes the same record for every CPU, for example to count from a known value.
     *
     * @param entry the record
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void putForEachCpu(E entry) {
        put(codec.forEachCpu(entry));
    }
}
