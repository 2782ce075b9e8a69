/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;
import org.jspecify.annotations.Nullable;

/**
 * A live QUEUE, whose next entry is the oldest, or STACK, whose next entry is the newest. The kernel has no way to go through
 * one: who reads takes entries out.
 *
 * @param <E> type of the entries
 */
public abstract class QueueAccessor<E> extends KeylessAccessor<E> {
    /** For generated code. */
    protected QueueAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /**
     * Adds an entry.
     *
     * @throws BpfException when it is full
     */
    public final void push(E entry) {
        check(write(entry, UpdateMode.ANY));
    }

    /** Adds an entry; false when it is full. */
    public final boolean offer(E entry) {
        int result = write(entry, UpdateMode.ANY);
        if (result != -E2BIG) {
            check(result);
        }
        return result == 0;
    }

    /** Adds an entry; when it is full the oldest one makes room. */
    public final void pushOverOldest(E entry) {
        check(write(entry, UpdateMode.EXIST));
    }

    /**
     * Takes the next entry out, null when there is none.
     *
     * @throws BpfException with map and bytes, when these are no value of the record's; the entry is out all the same
     */
    public final @Nullable E pop() {
        try (Scratch scratch = Scratch.take(codec().size())) {
            return read(scratch, map().lookupAndDelete(scratch.block(), 0, 0), MapOperation.TAKE);
        }
    }

    /** The next entry, which stays; null when there is none. */
    public final @Nullable E peek() {
        try (Scratch scratch = Scratch.take(codec().size())) {
            return read(scratch, map().lookup(scratch.block(), 0, 0), MapOperation.LOOKUP);
        }
    }

    private int write(E entry, UpdateMode mode) {
        try (Scratch scratch = encode(entry)) {
            return map().update(scratch.block(), 0, 0, mode.flag());
        }
    }

    private void check(int result) {
        if (result != 0) {
            throw MapOperation.UPDATE.failed(shape(), null, result);
        }
    }

    private @Nullable E read(Scratch scratch, int result, MapOperation operation) {
        if (result == -ENOENT) {
            return null;
        }
        if (result != 0) {
            throw operation.failed(shape(), null, result);
        }
        return EntryDecoder.value(shape(), codec(), scratch.block().bytes(), 0);
    }
}
