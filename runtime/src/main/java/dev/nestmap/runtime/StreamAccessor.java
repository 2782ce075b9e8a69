/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.EventWait;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapFlags;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A live map of events that programs write and user space takes out.
 *
 * @param <E> type of the events
 */
abstract class StreamAccessor<E> extends KeylessAccessor<E> {
    /** A reader that waits again within this time waits often: more than 5,000 times a second. */
    private static final long OFTEN_NANOS = 200_000;

    /**
     * The {@code System.nanoTime()} at which the last wait began. Threads overwrite each other's value, which only changes whether they
     * pause.
     */
    private long lastWait = System.nanoTime() - OFTEN_NANOS;

    /** Whether programs overwrite the oldest events. */
    private final boolean overwrites;

    StreamAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
        overwrites = (shape().flags() & MapFlags.RB_OVERWRITE) != 0;
    }

    /**
     * Returns how many events programs could not write since the map was created, because the buffer was full or, in a {@code
     * PERF_EVENT_ARRAY}, not open. The helpers of the generated header count them. The number is in a map of its own, which is pinned with
     * this map.
     *
     * @return the number of events; null if programs do not count them: in an inner map, in an existing
     *     object, or if this handle was opened without the object and the number is not pinned
     * @throws BpfException if the kernel rejects the operation
     */
    public final @Nullable Long lostEvents() {
        return map().lostEvents();
    }

    /**
     * Takes out the next event; null if there is none.
     *
     * @param size size of an event as the kernel reports it, in bytes
     * @param isRounded whether the kernel reports more than programs wrote
     * @throws BpfException if the event has a different size; it is taken out
     */
    final @Nullable E take(long size, boolean isRounded) {
        try (Scratch scratch = Scratch.take(codec().size())) {
            return take(scratch.block(), size, isRounded) ? value(scratch, 0) : null;
        }
    }

    /**
     * Throws if programs can still overwrite events of this map, which they can't after it was taken out of its slot. A reader could not
     * detect that it has copied parts of two events: the kernel writes an event's bytes without a barrier after the position that announces
     * them ({@code __bpf_ringbuf_reserve} in kernel/bpf/ringbuf.c, Linux 7.3).
     */
    final void requireReadable() {
        if (overwrites && map().origin() == null) {
            throw BpfException.of(Reason.WRONG_USE, "take of an event from " + name())
                    .because(ErrorTable.message("OVERWRITING_STREAM"));
        }
    }

    /** Takes out the next event and copies it. Returns false if there is none. See {@link #take(long, boolean)} for the parameters. */
    final boolean take(OffHeapBlock to, long size, boolean isRounded) {
        requireReadable();
        int result = map().stream().take(to);
        if (result < 0 && result != -ENOENT) {
            throw failed(MapOperation.TAKE, null, result);
        }
        if (result >= 0 && result != size) {
            throw otherSize(result, size, isRounded);
        }
        return result >= 0;
    }

    /** Returns the exception for an event that does not have the size of the record. */
    final BpfException otherSize(int actual, long expected, boolean isRounded) {
        return BpfException.of(Reason.MISMATCH, "take of an event from " + name())
                .because("it has " + (isRounded ? "up to " : "") + CountText.of(actual, "byte")
                        + " and the record's C type "
                        + codec().size() + (isRounded ? ", which the kernel rounds up to " + expected : "")
                        + "; write events with the helpers of the generated header, or correct the record");
    }

    /**
     * Whether an event is a valid value of the record. An event that is not does not come back after its decoding has failed: it would block all
     * later ones.
     */
    final boolean isRecord(ByteBuffer bytes, int at) {
        try {
            EntryDecoder.value(shape(), codec(), bytes, at);
            return true;
        } catch (BpfException e) {
            return false;
        }
    }

    /** Returns the action's result, or the other value if the map has left its slot. */
    static <T> T ifValid(Supplier<T> action, T otherwise) {
        try {
            return action.get();
        } catch (InvalidHandleException e) {
            return otherwise;
        }
    }

    /**
     * Calls {@code consume} until it returns more than 0 or the timeout ends, and waits for events in between.
     *
     * <p>If a reader waits, a program that writes an event interrupts its CPU to wake the reader, which takes longer than writing many
     * events. So a reader that waits often pauses first, and then takes all events that have arrived.
     *
     * @param mayPause whether the map has room for the events that programs write during a pause
     */
    final long await(Duration timeout, boolean mayPause, LongSupplier consume) throws InterruptedException {
        EventWait wait = new EventWait(timeout);
        long count = consume.getAsLong();
        if (count == 0 && mayPause) {
            boolean isOften = wait.start() - lastWait < OFTEN_NANOS;
            lastWait = wait.start();
            if (isOften) {
                wait.pause();
                count = consume.getAsLong();
            }
        }
        while (count == 0 && wait.await(map())) {
            count = consume.getAsLong();
        }
        return count;
    }

    /** Does the same as {@link #await(Duration, boolean, LongSupplier)} for all inner maps. */
    static <K, M extends StreamAccessor<?>> long await(
            OuterAccessor<K, M> outer, Duration timeout, ToLongBiFunction<K, M> consume) throws InterruptedException {
        EventWait wait = new EventWait(timeout);
        while (true) {
            List<OpenMap> maps = new ArrayList<>();
            long[] count = {0};
            outer.forEach((key, inner) -> {
                maps.add(inner.map());
                count[0] += consume.applyAsLong(key, inner);
            });
            if (count[0] > 0 || !wait.awaitAny(maps)) {
                return count[0];
            }
        }
    }
}
