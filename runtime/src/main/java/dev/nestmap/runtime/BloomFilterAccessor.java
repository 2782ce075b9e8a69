/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;

/**
 * A live BLOOM_FILTER: a set that only grows. It never says of an entry that was added that it is not there; of one that was
 * not it may say that it is, the more often the more there are beyond {@code maxEntries}.
 *
 * @param <E> type of the entries
 */
public abstract class BloomFilterAccessor<E> extends KeylessAccessor<E> {
    /** For generated code. */
    protected BloomFilterAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /** Adds an entry; nothing changes when it is there. */
    public final void add(E entry) {
        try (Scratch scratch = encode(entry)) {
            int result = map().update(scratch.block(), 0, 0, UpdateMode.ANY.flag());
            if (result != 0) {
                throw MapOperation.UPDATE.failed(shape(), null, result);
            }
        }
    }

    /** False when the entry was not added for sure. */
    public final boolean mightContain(E entry) {
        try (Scratch scratch = encode(entry)) {
            int result = map().lookup(scratch.block(), 0, 0);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            throw MapOperation.LOOKUP.failed(shape(), null, result);
        }
    }
}
