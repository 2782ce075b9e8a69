/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;

/**
 * A live USER_RINGBUF: messages that user space writes and programs take out, oldest first. Several threads of this process may
 * write at once; the kernel has no lock against other processes.
 *
 * @param <E> type of the messages
 */
public abstract class UserRingBufferAccessor<E> extends KeylessAccessor<E> {
    /** For generated code. */
    protected UserRingBufferAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /**
     * Writes a message.
     *
     * @throws BpfException when there is no room: programs have not taken out enough
     */
    public final void push(E message) {
        int result = write(message);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(shape(), null, result);
        }
    }

    /** Writes a message; false when there is no room. */
    public final boolean offer(E message) {
        int result = write(message);
        if (result != 0 && result != -ENOSPC) {
            throw MapOperation.UPDATE.failed(shape(), null, result);
        }
        return result == 0;
    }

    private int write(E message) {
        try (Scratch scratch = encode(message)) {
            return map().stream().put(scratch.block(), codec().size());
        }
    }
}
