/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.AccessorBinding;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;

/**
 * A live map whose entries are records without keys.
 *
 * @param <E> type of the entries
 */
abstract class KeylessAccessor<E> extends MapAccessor {
    private final Codec<E> codec;

    KeylessAccessor(AccessorBinding binding, Codec<E> codec) {
        super(binding);
        this.codec = codec;
        MapKind kind = shape().kind();
        // The kernel does not know the size of a stream's records.
        boolean isStream = kind.isRing() || kind.isPerfStream(false);
        if (codec.size() != shape().valueSize() && !isStream) {
            throw new BpfException(
                    "binding of map " + name(),
                    "its value has " + CountText.of(shape().valueSize(), "byte") + " and the record's C type "
                            + codec.size() + "; compile the object against the generated header");
        }
    }

    final Codec<E> codec() {
        return codec;
    }

    /** Returns memory that starts with the entry's bytes. The caller closes it. */
    final Scratch encode(E entry) {
        Scratch scratch = Scratch.take(codec.size());
        try {
            codec.write(entry, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) { // a codec can throw anything, and the memory must return to its pool
            scratch.close();
            throw e;
        }
    }
}
