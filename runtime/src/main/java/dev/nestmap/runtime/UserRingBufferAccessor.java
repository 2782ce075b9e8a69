/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code USER_RINGBUF}: messages that user space writes and programs take out, oldest first. Several threads of this process may
 * write at the same time. Only one process may write, because the kernel does not synchronize processes.
 *
 * @param <E> type of the messages
 */
public abstract class UserRingBufferAccessor<E> extends KeylessAccessor<E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts messages to bytes
     */
    protected UserRingBufferAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
    }

    /**
     * Writes a message.
     *
     * @param message the message
     * @throws BpfException if the buffer is full because programs have not taken out enough messages, or if the kernel rejects the
     *     operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void push(E message) {
        requireSuccess(write(message), MapOperation.UPDATE, null);
    }

    /**
     * Writes a message if there is room.
     *
     * @param message the message
     * @return false if the buffer is full
     * @throws BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean offer(E message) {
        int result = write(message);
        if (result != -ENOSPC) {
            requireSuccess(result, MapOperation.UPDATE, null);
        }
        return result == 0;
    }

    /**
     * Takes out the oldest message as a program would, for tests. Works only in memory.
     *
     * @return the message; null if there is none
     * @throws BpfException if the map is in the kernel, where only programs take out messages
     */
    public final @Nullable E poll() {
        try (Scratch scratch = Scratch.take(codec().size())) {
            int result = map().stream().take(scratch.block());
            if (result == -ENOTSUPP) {
                throw BpfException.of(Reason.NOT_SUPPORTED, "take of a message from " + name())
                        .because(
                                "the map is in the kernel, where only programs take out messages: call poll in a test with"
                                        + " inMemory()");
            }
            return result < 0 ? null : value(scratch, 0);
        }
    }

    private int write(E message) {
        try (Scratch scratch = encode(message)) {
            return map().stream().put(scratch.block(), codec().size());
        }
    }
}
