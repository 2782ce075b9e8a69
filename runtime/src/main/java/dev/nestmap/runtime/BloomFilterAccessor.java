/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;

/**
 * A live {@code BLOOM_FILTER}: a set that only grows. It always finds an entry that was added, but may also report an entry that was never added.
 * That happens more often if the set has more than {@link #maxEntries} entries.
 *
 * @param <E> type of the entries
 */
public abstract class BloomFilterAccessor<E> extends KeylessAccessor<E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected BloomFilterAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
    }

    /**
     * Adds an entry. Does nothing if the entry is already in the set.
     *
     * @param entry the entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void add(E entry) {
        try (Scratch scratch = encode(entry)) {
            requireSuccess(map().update(scratch.block(), 0, 0, RawMap.ANY), MapOperation.UPDATE, null);
        }
    }

    /**
     * Tests for an entry.
     *
     * @param entry the entry
     * @return false if the entry was certainly not added; true if it was probably added
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean mightContain(E entry) {
        try (Scratch scratch = encode(entry)) {
            return found(map().lookup(scratch.block(), 0, 0), MapOperation.LOOKUP, null);
        }
    }
}
