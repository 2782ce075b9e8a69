/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.Amount;

/**
 * A live map whose entries are records without keys.
 *
 * @param <E> type of the entries
 */
abstract class KeylessAccessor<E> extends MapAccessor {
    private final Codec<E> codec;

    KeylessAccessor(MapHandle handle, Codec<E> codec) {
        super(handle);
        this.codec = codec;
        // Of the records of a stream the kernel is not told.
        boolean stream = kind().isRing() || kind().isPerfStream(false);
        if (codec.size() != shape().valueSize() && !stream) {
            throw new BpfException(
                    "binding of map " + name(),
                    "its value has " + Amount.of(shape().valueSize(), "byte") + " and the record's C type "
                            + codec.size() + "; compile the object against the generated header");
        }
    }

    final Codec<E> codec() {
        return codec;
    }

    /** Memory with the entry's bytes at its start. */
    final Scratch encode(E entry) {
        Scratch scratch = Scratch.take(codec.size());
        try {
            codec.write(entry, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) {
            scratch.close();
            throw e;
        }
    }
}
