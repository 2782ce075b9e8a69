/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;
import static dev.nestmap.runtime.internal.map.StreamOperations.RECORD_HEAD;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.OffHeapBlockCache;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.EventWait;
import dev.nestmap.runtime.spi.MapBinding;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code RINGBUF}: events that programs write and user space takes out, oldest first. Several threads may take events at the same
 * time: each event goes to one of the threads. A method with an action takes out up to 64 events at a time. A wait ends at once if the thread
 * is interrupted, or if the handle becomes invalid.
 *
 * <p>If an action throws, the next call passes the same event again, and then the events that the action has not received yet. Until then, these
 * events are in the memory of this process, and are lost when the handle ends. To skip an event that always fails, call {@link #poll()}. If the bytes
 * of an event are not a valid value of the record, the call throws, and the event does not come again. The exception contains its bytes or, if it was
 * read through a view, the invalid value.
 *
 * <p>Before you read a map with {@code RB_OVERWRITE}, take it out of its outer map with {@code rotate} or {@code take}. The map then has the
 * last events that fit into the buffer, each once.
 *
 * @param <E> type of the events
 */
public abstract class RingBufferAccessor<E> extends StreamAccessor<E> {
    /** The number of events that are taken out at once, if they fit into {@link #MAX_STEP_BYTES}. */
    private static final long STEP = 64;

    private static final long MAX_STEP_BYTES = 1 << 16;

    /** The smallest buffer whose reader may pause. A CPU needs at least 26 ns for an event of 64 bytes, so it writes 0.3 MiB in 0.1 ms. */
    private static final long LEAST_PAUSED = 1 << 20;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts events from bytes
     */
    protected RingBufferAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
    }

    /**
     * Writes an event as a program would, for tests. Works only in memory.
     *
     * @param event the event
     * @return false if the event is lost because the buffer is full
     * @throws BpfException if the map is in the kernel, where only programs write events
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean offer(E event) {
        try (Scratch scratch = encode(event)) {
            int result = map().stream().put(scratch.block(), codec().size());
            if (result == -ENOTSUPP) {
                throw BpfException.of(Reason.NOT_SUPPORTED, "write of an event to " + name())
                        .because(
                                "the map is in the kernel, where only programs write events: call offer in a test with inMemory()");
            }
            return result == 0;
        }
    }

    /**
     * Takes out the oldest event.
     *
     * @return the event; null if there is none, or if a program is still writing it
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; the event is taken out
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
     * @throws BpfException if the kernel rejects the operation, or if the bytes are not an event of this type; the event is taken out
     */
    public final @Nullable E poll(Duration timeout) throws InterruptedException {
        EventWait wait = new EventWait(timeout);
        E event = poll();
        while (event == null && wait.await(map())) {
            event = poll();
        }
        return event;
    }

    /**
     * Takes out the events in the buffer and passes each to an action. Takes out at most as many events as fit into the buffer, so it ends
     * even if programs write faster.
     *
     * @param action receives each event
     * @return the number of events
     * @throws BpfException if the kernel rejects the operation, or if the bytes of an event have another size or are not a valid value of
     *     the record; that event is taken out, and the message has its bytes
     */
    public final long consume(Consumer<? super E> action) {
        Objects.requireNonNull(action, "action");
        return consumeRecords(action, this::takeMany);
    }

    /**
     * Does the same as {@link #consume(Consumer)}, but waits for the first event. If events arrive quickly (the previous wait began less than 0.2 ms
     * ago) and the buffer has at least 1 MiB, the thread first sleeps for about 0.1 ms. Otherwise, programs would wake it too often.
     *
     * @param timeout longest time to wait; zero or less does not wait
     * @param action receives each event
     * @return the number of events; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     * @throws BpfException if the kernel rejects the operation, or if the bytes of an event have another size or are not a valid value of
     *     the record; that event is taken out, and the message has its bytes
     */
    public final long consume(Duration timeout, Consumer<? super E> action) throws InterruptedException {
        return await(timeout, mayPause(), () -> consume(action));
    }

    /**
     * Does the same as {@link #consume(Consumer)}, but shows each event through a view.
     *
     * @param view shows each event until the action returns
     * @param action receives the view
     * @param <V> type of the view
     * @return the number of events
     * @throws BpfException if the kernel rejects the operation, if an event has a different size, or if the action reads a component whose bytes
     *     are not valid; that event is taken out
     */
    public final <V extends EntryView<E>> long consume(V view, Consumer<? super V> action) {
        Objects.requireNonNull(action, "action");
        try {
            return consume(events -> showAll(events, view, action), this::takeMany);
        } finally {
            view.hide();
        }
    }

    /**
     * Does the same as {@link #consume(EntryView, Consumer)}, but waits for the first event like {@link #consume(Duration, Consumer)}.
     *
     * @param timeout longest time to wait; zero or less does not wait
     * @param view shows each event until the action returns
     * @param action receives the view
     * @param <V> type of the view
     * @return the number of events; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     * @throws BpfException if the kernel rejects the operation, if an event has a different size, or if the action reads a component whose bytes
     *     are not valid; that event is taken out
     */
    public final <V extends EntryView<E>> long consume(Duration timeout, V view, Consumer<? super V> action)
            throws InterruptedException {
        return await(timeout, mayPause(), () -> consume(view, action));
    }

    /** Takes the events out of every inner map and passes each with the key of its map to an action. */
    static <K, E, M extends RingBufferAccessor<E>> long consume(
            OuterAccessor<K, M> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        return await(outer, timeout, (key, events) -> {
            RingBufferAccessor<E> buffer = events;
            return buffer.consumeRecords(
                    event -> action.accept(key, event), memory -> ifValid(() -> buffer.takeMany(memory), 0));
        });
    }

    private long consumeRecords(Consumer<? super E> action, ToIntFunction<OffHeapBlock> takeMany) {
        return consume(events -> decodeAll(events, action), takeMany);
    }

    /**
     * Takes out events and delivers them. If that fails, gives back this event and those that the action has not received.
     *
     * @param takeMany copies the next events to memory: see {@link StreamOperations#takeMany}
     */
    private long consume(Consumer<TakenEvents> delivery, ToIntFunction<OffHeapBlock> takeMany) {
        int stride = stride();
        OffHeapBlock memory = OffHeapBlockCache.take(Math.max(stride, (int) Math.min(STEP * stride, MAX_STEP_BYTES)));
        TakenEvents events = new TakenEvents(memory, codec().size(), stride, maxEntries() / stride, takeMany);
        try {
            delivery.accept(events);
            if (events.at < events.end) {
                int actual = events.bytes.getInt(events.at);
                events.at += RECORD_HEAD + Alignment.align(actual);
                throw otherSize(actual, events.size, false);
            }
        } finally {
            if (events.at < events.end) {
                map().stream().giveBack(memory, events.at, events.end);
            }
        }
        OffHeapBlockCache.giveBack(memory);
        return events.count;
    }

    /** Copies the next events to memory. Returns the number of bytes. */
    private int takeMany(OffHeapBlock memory) {
        requireReadable();
        int result = map().stream().takeMany(memory, codec().size());
        if (result < 0 && result != -ENOENT) {
            throw failed(MapOperation.TAKE, null, result);
        }
        return Math.max(0, result);
    }

    /**
     * Takes out events and passes the record of each to an action. Generated accessors contain this loop with the code of the codec in it. So the JIT
     * can compile it for one class of records, and creates a record only if the action keeps it.
     *
     * @param events takes out the events
     * @param action receives each record
     */
    protected abstract void passAll(TakenEvents events, Consumer<? super E> action);

    /** Passes the record of each event to an action. An event that is no record is not given back: it would block all later ones. */
    private void decodeAll(TakenEvents events, Consumer<? super E> action) {
        try {
            passAll(events, action);
        } catch (RuntimeException e) {
            int at = events.at;
            if (at < events.end) {
                events.at += events.stride;
                EntryDecoder.value(shape(), codec(), events.bytes, at + RECORD_HEAD); // throws if it is none
                events.at = at;
            }
            throw e;
        }
    }

    /** Shows each event to an action. An event that is no record is not given back. */
    private <V extends EntryView<E>> void showAll(TakenEvents events, V view, Consumer<? super V> action) {
        view.show(events.bytes, 0, 0, events.size);
        try {
            while (events.take()) {
                for (int at = events.first(); at >= 0; at = events.next(at)) {
                    view.move(events.bytes, at);
                    action.accept(view);
                }
            }
        } catch (RuntimeException e) { // of the record's or a type's constructor, too
            if (events.at < events.end && !isRecord(events.bytes, events.at + RECORD_HEAD)) {
                events.at += events.stride;
            }
            throw e;
        }
    }

    private boolean mayPause() {
        return maxEntries() >= LEAST_PAUSED;
    }

    /** Returns the number of bytes that an event takes in the ring buffer. */
    private int stride() {
        return RECORD_HEAD + Alignment.align(codec().size());
    }
}
