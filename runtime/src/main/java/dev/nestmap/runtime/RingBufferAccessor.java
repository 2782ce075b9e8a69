/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.EventWait;
import dev.nestmap.runtime.spi.MapHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code RINGBUF}: events that programs write and user space takes out, oldest first. Several threads may take events at the
 * same time: each event goes to one of them. An event is taken out before it is passed to an action, so it is not passed again if
 * the action throws. A waiting thread notices within about 20 ms that it was interrupted or that its handle is no longer valid.
 *
 * @param <E> type of the events
 */
public abstract class RingBufferAccessor<E> extends StreamAccessor<E> {
    private static final int RECORD_HEAD = 8;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param handle the map
     * @param codec converts events from bytes
     */
    protected RingBufferAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /**
     * Takes out the oldest event.
     *
     * @return the event; null if there is none, or if a program is still writing it
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; such an event is
     *     taken out
     */
    public final @Nullable E poll() {
        return take(codec().size(), false);
    }

    /**
     * Takes out the oldest event, and waits if there is none.
     *
     * @param timeout longest time to wait; zero or less does not wait
     * @return the event; null if none came in time
     * @throws InterruptedException if the thread is interrupted
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; such an event is
     *     taken out
     */
    public final @Nullable E poll(Duration timeout) throws InterruptedException {
        EventWait wait = new EventWait(timeout);
        E event = poll();
        while (event == null && wait.await(List.of(map()))) {
            event = poll();
        }
        return event;
    }

    /**
     * Takes out the events that are there and passes each to an action. Takes at most as many as fit into the buffer, so that it
     * ends even if programs write faster.
     *
     * @param action receives each event
     * @return the number of events
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; such an event is
     *     taken out
     */
    public final long consume(Consumer<? super E> action) {
        Objects.requireNonNull(action, "action");
        return consumeAvailable(action);
    }

    /**
     * Does the same as {@link #consume(Consumer)}, but waits for the first event.
     *
     * @param timeout longest time to wait; zero or less does not wait
     * @param action receives each event
     * @return the number of events; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; such an event is
     *     taken out
     */
    public final long consume(Duration timeout, Consumer<? super E> action) throws InterruptedException {
        return await(timeout, () -> consume(action));
    }

    /** Takes the events out of every inner map and passes each with the key of its map to an action. */
    static <K, E, M extends RingBufferAccessor<E>> long consume(
            OuterAccessor<K, M, ?> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        return await(outer, timeout, (key, events) -> {
            RingBufferAccessor<E> buffer = events;
            return buffer.consumeWhileValid(event -> action.accept(key, event));
        });
    }

    @Override
    final @Nullable E next() {
        return poll();
    }

    @Override
    final long mostAtOnce() {
        return maxEntries() / (codec().size() + RECORD_HEAD);
    }
}
