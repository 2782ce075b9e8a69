/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.PerfRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
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
public abstract class PerfEventAccessor<E> extends StreamAccessor<E> {
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
        map().stream().openBuffers((int) Math.max(bytesPerCpu, PerfRecord.leastBuffer(codec().size())));
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
        long count = show(action);
        tell(map().stream().takeLost(), lost);
        return count;
    }

    /** The same, but waits for the first event, as long as the timeout. */
    public final long consume(Duration timeout, Consumer<? super E> action, LongConsumer lost)
            throws InterruptedException {
        return await(timeout, () -> consume(action, lost));
    }

    /** Takes the events out of every inner map and shows them with the map's key. */
    static <K, E, M extends PerfEventAccessor<E>> long consume(
            OuterAccessor<K, M, ?> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            ObjLongConsumer<? super K> lost)
            throws InterruptedException {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(lost, "lost");
        return await(outer, timeout, (key, events) -> {
            PerfEventAccessor<E> buffers = events;
            return buffers.consumeWhileValid(event -> action.accept(key, event), missing -> lost.accept(key, missing));
        });
    }

    private long consumeWhileValid(Consumer<? super E> action, LongConsumer lost) {
        boolean opened = ifValid(
                () -> {
                    open();
                    return true;
                },
                false);
        long count = opened ? showWhileValid(action) : 0;
        tell(ifValid(map().stream()::takeLost, 0L), lost);
        return count;
    }

    private static void tell(long missing, LongConsumer lost) {
        if (missing > 0) {
            lost.accept(missing);
        }
    }

    @Override
    final @Nullable E next() {
        return take(PerfRecord.shownSize(codec().size()), true);
    }

    @Override
    final long mostAtOnce() {
        return Math.max(1, maxEntries() * map().stream().bufferSize() / PerfRecord.size(codec().size()));
    }
}
