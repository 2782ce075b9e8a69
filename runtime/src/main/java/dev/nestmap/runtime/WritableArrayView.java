/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.nio.ByteBuffer;

/**
 * An {@link ArrayView} that can be written to as well.
 *
 * <p>What returns was written to the map, also while another thread closes the view.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public final class WritableArrayView<K, E> extends ArrayView<K, E> {
    WritableArrayView(LeasedMap map, EntryCodec<K, E> codec) {
        super(map, codec, true);
    }

    /**
     * Writes the entry, word by word.
     *
     * @throws IllegalArgumentException when a component does not fit its C type; then nothing is written
     * @throws BpfException when the array has no such index
     */
    public void put(E entry) {
        K key = codec.keyOf(entry);
        try (Scratch scratch = Scratch.take(codec.key().size() + stride)) {
            long index = index(scratch, key);
            if (index >= length()) {
                throw MapOperation.UPDATE.failed(memory.shape(), key, ErrnoNumbers.E2BIG);
            }
            ByteBuffer copy = scratch.block().bytes();
            copy.putLong(stride - Long.BYTES, 0);
            codec.writeValue(entry, copy, 0);
            int to = (int) index * stride;
            memory.write(() -> {
                for (int at = 0; at < stride; at += Long.BYTES) {
                    LONG.setRelease(bytes, to + at, copy.getLong(at));
                }
            });
        }
    }

    /**
     * Writes one component of the entry at an index.
     *
     * @throws IndexOutOfBoundsException when the array has no such index
     * @throws IllegalArgumentException when the value does not fit the component's C type
     */
    public void set(long index, WordField<E> field, long value) {
        int at = at(index, field);
        int narrow = field.isInt() ? field.narrowed(value) : 0;
        memory.write(() -> {
            if (field.isInt()) {
                INT.setRelease(bytes, at, narrow);
            } else {
                LONG.setRelease(bytes, at, value);
            }
        });
    }

    /**
     * Adds to one component of the entry at an index, atomically; it wraps around as in C.
     *
     * @return what it was before
     * @throws IndexOutOfBoundsException when the array has no such index
     */
    public long add(long index, WordField<E> field, long delta) {
        int at = at(index, field);
        long[] before = new long[1];
        memory.write(() -> before[0] = field.isInt()
                ? field.widened((int) INT.getAndAdd(bytes, at, (int) delta))
                : (long) LONG.getAndAdd(bytes, at, delta));
        return before[0];
    }
}
