/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.MapKind;

/**
 * A live map whose entries are records without keys.
 *
 * @param <E> type of the entries
 */
abstract class KeylessAccessor<E> extends MapAccessor {
    private final Codec<E> codec;

    KeylessAccessor(MapBinding binding, Codec<E> codec) {
        super(binding);
        this.codec = codec;
        MapKind kind = shape().kind();
        // The kernel does not know the size of a stream's records.
        boolean isStream = kind.isRing() || kind.isPerfStream(false);
        if (!isStream) {
            checkSize(shape(), "value", codec.size(), shape().valueSize());
        }
    }

    final Codec<E> codec() {
        return codec;
    }

    /** Returns memory that starts with the entry's bytes. The caller closes it. */
    final Scratch encode(E entry) {
        return encode(codec, entry, codec.size());
    }

    /** Decodes the entry at this place of the memory. */
    final E value(Scratch scratch, int at) {
        return EntryDecoder.value(shape(), codec, scratch.block().bytes(), at);
    }

    /** Shows the entry at this place of the memory if an operation has found one. */
    final boolean shown(boolean isFound, EntryView<E> view, OffHeapBlock block, int at) {
        if (isFound) {
            view.show(block.bytes(), 0, at, codec.size());
        }
        return isFound;
    }
}
