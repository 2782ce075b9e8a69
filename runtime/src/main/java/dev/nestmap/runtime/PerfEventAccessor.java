/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.PerfRecordSize;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A live {@code PERF_EVENT_ARRAY}: events that programs write and user space takes out. The events of each CPU are in order. {@link #open()} creates
 * a buffer for each CPU that is online. Events before that call, and events on a CPU that comes online later, are lost: the program's helper returns
 * {@code -ENOENT}. {@code create(key, PerfMap::open)} opens an inner map before programs find it. If an open map is rotated, its replacement is also
 * open. Only one process can read a map: the last process that opened it.
 *
 * <p>Several threads may take events at the same time: each event goes to one of the threads. If the action throws, the next call passes the event
 * again. If the bytes of an event are not a valid value of the record, the call throws, and the event does not come again. The exception contains its
 * bytes or, if it was read through a view, the invalid value. If a buffer is full, events are lost. The next call of {@code consume} without a
 * failure reports the number of lost events once, even if {@code lost} throws. When the map is closed, the events in the buffers are lost without a
 * report.
 *
 * @param <E> type of the events
 */
public abstract class PerfEventAccessor<E> extends StreamAccessor<E> {
    private static final int BYTES_PER_CPU = 64 << 10;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts events from bytes
     */
    protected PerfEventAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
    }

    /**
     * Opens the map with 64 KiB for each CPU, so that programs can write events. Does nothing if it is open.
     *
     * @throws BpfException if the kernel rejects the operation, or if the map has no slot for a CPU
     */
    public final void open() {
        open(BYTES_PER_CPU);
    }

    /**
     * Opens the map, so that programs can write events. Does nothing if it is open.
     *
     * @param bytesPerCpu size of each CPU's buffer in bytes, from 1 to 1 GiB. Nestmap rounds it up to a power of two that is at least a
     *     page and one event
     * @throws IllegalArgumentException if the size is out of range
     * @throws BpfException if the kernel rejects the operation, or if the map has no slot for a CPU
     */
    public final void open(int bytesPerCpu) {
        if (bytesPerCpu < 1 || bytesPerCpu > 1 << 30) {
            throw new IllegalArgumentException(
                    "map " + name() + ": bytesPerCpu is " + bytesPerCpu + ", outside of 1 to " + (1 << 30));
        }
        map().stream().openBuffers((int) Math.max(bytesPerCpu, PerfRecordSize.leastBuffer(codec().size())));
    }

    /**
     * Takes out the events in the buffers and passes each to an action. Takes out at most as many events as fit into the buffers, so it ends
     * even if programs write faster. Opens the map if it is not open.
     *
     * @param action receives each event
     * @param lost receives the number of lost events, if there are any, after the last event
     * @return the number of events that the action received
     * @throws BpfException if the kernel rejects the operation, or if the bytes of an event have another size or are not a valid value of
     *     the record; that event is taken out
     */
    public final long consume(Consumer<? super E> action, LongConsumer lost) {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        return consume(false, this::takeNext, taken -> value(taken, 0), action, lost);
    }

    /**
     * Does the same as {@link #consume(Consumer, LongConsumer)}, but waits for the first event.
     *
     * @param timeout longest time to wait; zero or less does not wait
     * @param action receives each event
     * @param lost receives the number of lost events, if there are any, after the last event
     * @return the number of events that the action received; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     * @throws BpfException if the kernel rejects the operation, or if the bytes of an event have another size or are not a valid value of
     *     the record; that event is taken out
     */
    public final long consume(Duration timeout, Consumer<? super E> action, LongConsumer lost)
            throws InterruptedException {
        return await(timeout, false, () -> consume(action, lost));
    }

    /**
     * Does the same as {@link #consume(Consumer, LongConsumer)}, but shows each event through a view.
     *
     * @param view shows each event until the action returns
     * @param action receives the view
     * @param lost receives the number of lost events, if there are any, after the last event
     * @param <V> type of the view
     * @return the number of events that the action received
     * @throws BpfException if the kernel rejects the operation, if an event has a different size, or if the action reads a component whose bytes
     *     are not valid; that event is taken out
     */
    public final <V extends EntryView<E>> long consume(V view, Consumer<? super V> action, LongConsumer lost) {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        try {
            return consume(false, this::takeNext, taken -> shown(taken, view), action, lost);
        } finally {
            view.hide();
        }
    }

    /** Takes the events out of every inner map and passes each with the key of its map to an action. */
    static <K, E, M extends PerfEventAccessor<E>> long consume(
            OuterAccessor<K, M> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            ObjLongConsumer<? super K> lost)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        return await(outer, timeout, (key, events) -> {
            PerfEventAccessor<E> buffers = events;
            return buffers.consume(
                    true,
                    to -> ifValid(() -> buffers.takeNext(to), false),
                    taken -> buffers.value(taken, 0),
                    event -> action.accept(key, event),
                    missing -> lost.accept(key, missing));
        });
    }

    /**
     * Takes out all events, but at most as many as fit into the buffers, and reports lost events.
     *
     * @param mayLeave whether to end if the map leaves its slot: then its new owner takes out the remaining events
     * @param takeNext takes out an event; returns false if there is none
     * @param decoder decodes an event
     * @param action receives an event; if this or the decoder throws, the event comes back unless it is no record
     */
    private <T> long consume(
            boolean mayLeave,
            Predicate<OffHeapBlock> takeNext,
            Function<Scratch, T> decoder,
            Consumer<? super T> action,
            LongConsumer lost) {
        Supplier<Long> opening = () -> {
            open();
            return mostAtOnce();
        };
        long most = mayLeave ? ifValid(opening, 0L) : opening.get();
        long count = 0;
        while (count < most && passNext(takeNext, decoder, action)) {
            count++;
        }
        Supplier<Long> losses = map().stream()::takeLost;
        long missing = mayLeave ? ifValid(losses, 0L) : losses.get();
        if (missing > 0) {
            lost.accept(missing);
        }
        return count;
    }

    private <T> boolean passNext(
            Predicate<OffHeapBlock> takeNext, Function<Scratch, T> decoder, Consumer<? super T> action) {
        try (Scratch scratch = Scratch.take(codec().size())) {
            if (!takeNext.test(scratch.block())) {
                return false;
            }
            boolean comesBack = true;
            try {
                action.accept(decoder.apply(scratch));
                comesBack = false;
            } catch (RuntimeException e) { // of the record's or a type's constructor, too
                if (!isRecord(scratch.block().bytes(), 0)) {
                    comesBack = false;
                }
                throw e;
            } finally {
                if (comesBack) {
                    giveBack(scratch.block());
                }
            }
            return true;
        }
    }

    private boolean takeNext(OffHeapBlock to) {
        return take(to, reportedSize(), true);
    }

    private <V extends EntryView<E>> V shown(Scratch taken, V view) {
        view.show(taken.block().bytes(), 0, 0, codec().size());
        return view;
    }

    private void giveBack(OffHeapBlock taken) {
        int size = (int) reportedSize();
        int end = StreamOperations.RECORD_HEAD + Alignment.align(size);
        OffHeapBlock record = OffHeapBlock.allocate(end);
        record.bytes().putInt(0, size);
        record.bytes().put(StreamOperations.RECORD_HEAD, taken.bytes(), 0, codec().size());
        map().stream().giveBack(record, 0, end);
    }

    /** Returns the size of an event as the kernel reports it. */
    private long reportedSize() {
        return PerfRecordSize.reportedSize(codec().size());
    }

    /**
     * Returns how many events fit into the map. It limits a loop that takes out events, so that the loop ends even if programs
     * write faster.
     */
    private long mostAtOnce() {
        return Math.max(1, maxEntries() * map().stream().bufferSize() / PerfRecordSize.size(codec().size()));
    }
}
