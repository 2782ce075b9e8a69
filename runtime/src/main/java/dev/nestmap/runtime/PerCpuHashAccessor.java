/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.PerCpuCodec;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A live hash in which each CPU has a value of its own: PERCPU_HASH and LRU_PERCPU_HASH. An entry is a list with one record for each
 * possible CPU, in the order of their numbers; all have the same key.
 *
 * @param <K> type of the keys
 * @param <E> type of one CPU's records
 */
public abstract class PerCpuHashAccessor<K, E> extends HashAccessor<K, List<E>> {
    private final PerCpuCodec<K, E> codec;

    /** For generated code. */
    protected PerCpuHashAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        this(handle, new PerCpuCodec<>(codec, handle.map().valueRoom()));
    }

    private PerCpuHashAccessor(MapHandle handle, PerCpuCodec<K, E> codec) {
        super(handle, codec);
        this.codec = codec;
    }

    /** What the records of all CPUs make together, null when there is no entry with this key. */
    public final @Nullable E get(K key, BinaryOperator<E> reducer) {
        List<E> all = get(key);
        return all == null ? null : all.stream().reduce(reducer).orElseThrow();
    }

    /** Writes one record for every CPU: to count from a known value on. */
    public final void putForEachCpu(E entry) {
        put(codec.forEachCpu(entry));
    }
}
