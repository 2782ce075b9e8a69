/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code QUEUE} or {@code STACK}. The next entry of a queue is the oldest one, that of a stack the newest one. User space can read only the
 * next entry, because the kernel can't iterate over these maps.
 *
 * @param <E> type of the entries
 */
public abstract class QueueAccessor<E> extends KeylessAccessor<E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected QueueAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
    }

    /**
     * Adds an entry.
     *
     * @param entry the entry
     * @throws BpfException if the map is full, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void push(E entry) {
        requireSuccess(write(entry), MapOperation.UPDATE, null);
    }

    /**
     * Adds an entry if there is room.
     *
     * @param entry the entry
     * @return false if the map is full
     * @throws BpfException if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean offer(E entry) {
        int result = write(entry);
        if (result != -E2BIG) {
            requireSuccess(result, MapOperation.UPDATE, null);
        }
        return result == 0;
    }

    /**
     * Takes the next entry out.
     *
     * @return the entry; null if the map is empty
     * @throws BpfException if the kernel rejects the operation. Also if the bytes are not a valid value of the record; the entry is then taken out
     *     nevertheless
     */
    public final @Nullable E poll() {
        try (Scratch scratch = Scratch.take(codec().size())) {
            int result = map().lookupAndDelete(scratch.block(), 0, 0);
            return found(result, MapOperation.TAKE, null) ? value(scratch, 0) : null;
        }
    }

    /**
     * Returns the next entry without taking it out.
     *
     * @return the entry; null if the map is empty
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not a valid value of the record
     */
    public final @Nullable E peek() {
        try (Scratch scratch = Scratch.take(codec().size())) {
            return found(map().lookup(scratch.block(), 0, 0), MapOperation.LOOKUP, null) ? value(scratch, 0) : null;
        }
    }

    /**
     * Takes the next entry out, into a view.
     *
     * @param view shows the entry until the next read with it; has none if this method returns false or throws
     * @return false if the map is empty
     * @throws BpfException if the kernel rejects the operation
     */
    public final boolean poll(EntryView<E> view) {
        OffHeapBlock block = view.prepare(codec().size());
        return shown(found(map().lookupAndDelete(block, 0, 0), MapOperation.TAKE, null), view, block, 0);
    }

    /**
     * Reads the next entry into a view, without taking it out.
     *
     * @param view shows the entry until the next read with it; has none if this method returns false or throws
     * @return false if the map is empty
     * @throws BpfException if the kernel rejects the operation
     */
    public final boolean peek(EntryView<E> view) {
        OffHeapBlock block = view.prepare(codec().size());
        return shown(found(map().lookup(block, 0, 0), MapOperation.LOOKUP, null), view, block, 0);
    }

    private int write(E entry) {
        try (Scratch scratch = encode(entry)) {
            return map().update(scratch.block(), 0, 0, RawMap.ANY);
        }
    }
}
