/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.map.PerCpuCodec;
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
