/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.Errno.ENOENT;

import dev.nestmap.runtime.internal.Decoding;
import dev.nestmap.runtime.internal.LeasedMap;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.RingWait;
import dev.nestmap.runtime.internal.Scratch;
import dev.nestmap.runtime.spi.Codec;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.Amount;
import java.time.Duration;
import java.util.ArrayList;
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
public abstract class RingBufferAccessor<E> extends KeylessAccessor<E> {
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
        int size = codec().size();
        try (Scratch scratch = Scratch.take(size)) {
            int result = map().takeRecord(scratch.block());
            if (result == -ENOENT) {
                return null;
            }
            if (result < 0) {
                throw MapOperation.TAKE.failed(shape(), null, result);
            }
            if (result != size) {
                throw new BpfException(
                        "take of an event from " + name(),
                        "it has " + Amount.of(result, "byte") + " and the record's C type " + size
                                + "; programs write events by the helpers in the generated header");
            }
            return Decoding.value(shape(), codec(), scratch.block().bytes(), 0);
        }
    }

    /** Takes the oldest event out and waits for one if need be, as long as the timeout; null when there was none. */
    public final @Nullable E poll(Duration timeout) throws InterruptedException {
        RingWait wait = new RingWait(timeout);
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
        long count = 0;
        for (E event = poll(); event != null; event = ++count < mostAtOnce() ? poll() : null) {
            action.accept(event);
        }
        return count;
    }

    /** The same, but waits for the first event, as long as the timeout. */
    public final long consume(Duration timeout, Consumer<? super E> action) throws InterruptedException {
        RingWait wait = new RingWait(timeout);
        long count = consume(action);
        while (count == 0 && wait.await(List.of(map()))) {
            count = consume(action);
        }
        return count;
    }

    /** Takes every event out of every inner map and shows it with the map's key. */
    static <K, E, M extends RingBufferAccessor<E>> long consume(
            OuterAccessor<K, M, ?> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        RingWait wait = new RingWait(timeout);
        while (true) {
            List<LeasedMap> maps = new ArrayList<>();
            long[] count = {0};
            outer.forEach((key, events) -> {
                RingBufferAccessor<E> buffer = events;
                maps.add(buffer.map());
                count[0] += buffer.consumeIfValid(event -> action.accept(key, event));
            });
            if (count[0] > 0 || !wait.await(maps)) {
                return count[0];
            }
        }
    }

    /** {@link #consume}, but it ends where the map has left its slot, and is drained by who took it. */
    private long consumeIfValid(Consumer<? super E> action) {
        long count = 0;
        for (; count < mostAtOnce(); count++) {
            E event;
            try {
                event = poll();
            } catch (InvalidHandleException e) {
                return count;
            }
            if (event == null) {
                return count;
            }
            action.accept(event);
        }
        return count;
    }

    /** How many events there can be at one time, so that it ends however fast programs write more. */
    private long mostAtOnce() {
        return maxEntries() / (codec().size() + RECORD_HEAD);
    }
}
