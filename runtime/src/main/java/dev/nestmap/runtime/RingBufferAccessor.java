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
 * A live RINGBUF: events that programs write and user space takes out, oldest first. Several threads may take events at once:
 * each event goes to one of them. It is out before it is shown, so an action that throws has had its event. Who waits finds
 * out within some 20 ms that the handle is not valid any more, or that its thread was interrupted.
 *
 * @param <E> type of the events
 */
public abstract class RingBufferAccessor<E> extends StreamAccessor<E> {
    private static final int RECORD_HEAD = 8;

    /** For generated code. */
    protected RingBufferAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /**
     * Takes the oldest event out, null when there is none: also while a program writes it.
     *
     * @throws BpfException when the bytes are no event of this type; they are out of the buffer then
     */
    public final @Nullable E poll() {
        return take(codec().size(), false);
    }

    /** Takes the oldest event out and waits for one if need be, as long as the timeout; null when there was none. */
    public final @Nullable E poll(Duration timeout) throws InterruptedException {
        EventWait wait = new EventWait(timeout);
        E event = poll();
        while (event == null && wait.await(List.of(map()))) {
            event = poll();
        }
        return event;
    }

    /**
     * Takes the events out that are there and shows them: at most as many as fit the buffer at once, so that it ends however
     * fast programs write more.
     *
     * @return how many there were
     */
    public final long consume(Consumer<? super E> action) {
        Objects.requireNonNull(action, "action");
        return show(action);
    }

    /** The same, but waits for the first event, as long as the timeout. */
    public final long consume(Duration timeout, Consumer<? super E> action) throws InterruptedException {
        return await(timeout, () -> consume(action));
    }

    /** Takes every event out of every inner map and shows it with the map's key. */
    static <K, E, M extends RingBufferAccessor<E>> long consume(
            OuterAccessor<K, M, ?> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        return await(outer, timeout, (key, events) -> {
            RingBufferAccessor<E> buffer = events;
            return buffer.showWhileValid(event -> action.accept(key, event));
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
