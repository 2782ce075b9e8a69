/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.memory.SharedWordAccess;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.nio.ByteBuffer;

/**
 * An {@link ArrayView} that can also write.
 *
 * <p>When a method returns, the value is in the map, even if another thread closes the view at the same time.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public final class WritableArrayView<K, E> extends ArrayView<K, E> {
    /** Maps the entries. If not for writing, callers get the view as an {@code ArrayView}. */
    WritableArrayView(ArrayAccessor<K, E> array, boolean isWritable) {
        super(array, isWritable);
    }

    /**
     * Writes an entry, word by word.
     *
     * @param entry the entry
     * @throws IllegalArgumentException if a component does not fit its C type; then nothing is written
     * @throws BpfException if the array has no such index
     * @throws dev.nestmap.runtime.error.InvalidHandleException if the view is closed or its handle is no longer valid
     */
    public void put(E entry) {
        K key = codec.keyOf(entry);
        long index = index(key);
        if (!has(index)) {
            throw OperationListeners.leaving(MapOperation.UPDATE.failed(memory.shape(), key, ErrnoNumbers.E2BIG));
        }
        try (Scratch scratch = Scratch.take(stride)) {
            ByteBuffer copy = scratch.block().bytes();
            copy.putLong(stride - Long.BYTES, 0);
            codec.writeValue(entry, copy, 0);
            int to = (int) index * stride;
            memory.write(() -> SharedWordAccess.write(copy, 0, bytes, to, stride));
        }
    }
}
