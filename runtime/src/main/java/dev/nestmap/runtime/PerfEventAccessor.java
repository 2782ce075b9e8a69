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
import dev.nestmap.schema.PerfRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A live PERF_EVENT_ARRAY: events that programs write and user space takes out, those of each CPU in order. There is a buffer for
 * each CPU that is online when the map is opened. Before that, and on a CPU that comes later, the program's helper says {@code
 * -ENOENT} and nothing is kept; {@code create(key, PerfMap::open)} opens an inner map before programs find it, and the map that
 * {@code rotate} puts in the place of an open one is open too. One process reads a map: who opens it last gets the events.
 *
 * <p>Several threads may take events at once: each goes to one of them. It is out before it is shown. When a buffer is full, events
 * are lost, and whoever takes events is told how many, once. Before Linux 6.0 the kernel says that with the next event only that finds
 * room on the same CPU. What is in the buffers when a map is closed is gone, untold.
 *
 * @param <E> type of the events
 */
public abstract class PerfEventAccessor<E> extends KeylessAccessor<E> {
    private static final int BYTES_PER_CPU = 64 << 10;

    /** For generated code. */
    protected PerfEventAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
    }

    /** Opens the map, with 64 KiB for each CPU, if it is not open. */
    public final void open() {
        open(BYTES_PER_CPU);
    }

    /**
     * Opens the map, if it is not open: from here on programs find room for events.
     *
     * @param bytesPerCpu how much; rounded up to a power of two, to a page and to what an event takes
     * @throws IllegalArgumentException when it is not 1 to 1 GiB
     * @throws BpfException when the kernel refuses, or the map has no slot for a CPU
     */
    public final void open(int bytesPerCpu) {
        if (bytesPerCpu < 1 || bytesPerCpu > 1 << 30) {
            throw new IllegalArgumentException(
                    "map " + name() + ": a CPU's buffer of " + bytesPerCpu + " bytes: from 1 to " + (1 << 30));
        }
        map().openEvents((int) Math.max(bytesPerCpu, PerfRecord.leastBuffer(codec().size())));
    }

    /**
     * Takes the events out that are there and shows them: at most as many as fit the buffers at once, so that it ends however fast
     * programs write more. Opens the map, if it is not open.
     *
     * @param lost told how many events were lost, when some were, after those that are shown
     * @return how many were shown
     * @throws BpfException when the bytes are no event of this type; they are out of the buffer then
     */
    public final long consume(Consumer<? super E> action, LongConsumer lost) {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        open();
        long most = mostAtOnce();
        long count = 0;
        for (E event = take(); event != null; event = ++count < most ? take() : null) {
            action.accept(event);
        }
        long missing = map().takeLost();
        if (missing > 0) {
            lost.accept(missing);
        }
        return count;
    }

    /** The same, but waits for the first event, as long as the timeout. */
    public final long consume(Duration timeout, Consumer<? super E> action, LongConsumer lost)
            throws InterruptedException {
        RingWait wait = new RingWait(timeout);
        long count = consume(action, lost);
        while (count == 0 && wait.await(List.of(map()))) {
            count = consume(action, lost);
        }
        return count;
    }

    /** Takes the events out of every inner map and shows them with the map's key. */
    static <K, E, M extends PerfEventAccessor<E>> long consume(
            OuterAccessor<K, M, ?> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            BiConsumer<? super K, ? super Long> lost)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        RingWait wait = new RingWait(timeout);
        while (true) {
            List<LeasedMap> maps = new ArrayList<>();
            long[] count = {0};
            outer.forEach((key, events) -> {
                PerfEventAccessor<E> buffers = events;
                maps.add(buffers.map());
                count[0] += buffers.consumeIfValid(event -> action.accept(key, event), n -> lost.accept(key, n));
            });
            if (count[0] > 0 || !wait.await(maps)) {
                return count[0];
            }
        }
    }

    /** {@link #consume}, but it ends where the map has left its slot, and is drained by who took it. */
    private long consumeIfValid(Consumer<? super E> action, LongConsumer lost) {
        long most;
        try {
            open();
            most = mostAtOnce();
        } catch (InvalidHandleException e) {
            return 0;
        }
        for (long count = 0; ; count++) {
            E event;
            long missing;
            try {
                event = count < most ? take() : null;
                missing = event == null ? map().takeLost() : 0;
            } catch (InvalidHandleException e) {
                return count;
            }
            if (event == null) {
                if (missing > 0) {
                    lost.accept(missing);
                }
                return count;
            }
            action.accept(event);
        }
    }

    private @Nullable E take() {
        int size = codec().size();
        try (Scratch scratch = Scratch.take(size)) {
            int result = map().takeRecord(scratch.block());
            if (result == -ENOENT) {
                return null;
            }
            if (result < 0) {
                throw MapOperation.TAKE.failed(shape(), null, result);
            }
            long shown = PerfRecord.shownSize(size);
            if (result != shown) {
                throw new BpfException(
                        "take of an event from " + name(),
                        "it has up to " + Amount.of(result, "byte") + " and the record's C type " + size
                                + ", which the kernel rounds up to " + shown
                                + "; programs write events by the helpers in the generated header");
            }
            return Decoding.value(shape(), codec(), scratch.block().bytes(), 0);
        }
    }

    private long mostAtOnce() {
        return Math.max(1, maxEntries() * map().eventRoom() / PerfRecord.size(codec().size()));
    }
}
