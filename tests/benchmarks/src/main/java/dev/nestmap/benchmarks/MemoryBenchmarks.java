/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.GO;

import dev.nestmap.benchmarks.Benchmarked.Counter;
import dev.nestmap.benchmarks.BenchmarkedBpf.CounterMap;
import dev.nestmap.benchmarks.BenchmarkedBpf.EventMap;
import dev.nestmap.runtime.ArrayView;
import dev.nestmap.runtime.attach.TestRun;
import java.time.Duration;
import java.util.List;

/** Reads from memory that programs and user space share: array views and ring buffers. */
final class MemoryBenchmarks implements AutoCloseable {
    private static final int READS = 1 << 20;
    /** A linear congruential generator, whose upper 12 bits are the next index. */
    private static final long MULTIPLIER = 6364136223846793005L;

    private static final long INCREMENT = 1442695040888963407L;
    private static final int SHIFT = 52;

    /** From JDK 22, C2 removes an object that a method returns in one case, and null in another (ReduceAllocationMerges). */
    private static final boolean REMOVES_RECORDS = Runtime.version().feature() >= 22;

    /** The number of events that the program emits. */
    private static final int EVENTS = 200_000;

    /** A multiple of the number that a run of the program emits. */
    private static final int LIVE_EVENTS = 64 * 20_000;

    private static final Duration LIVE_WAIT = Duration.ofMillis(100);

    private final CLoops c;
    private final GoPeer go;
    private final BenchmarkedBpf bpf;
    private final ArrayView<Long, Counter> view;
    private final CounterMap.View entry = new CounterMap.View();
    private final EventMap.View eventView = new EventMap.View();
    private final long arraySize;
    private final long address;
    private final long ring;
    private long eventSum;

    MemoryBenchmarks(CLoops c, GoPeer go, BenchmarkedBpf bpf, long array, long events) {
        this.c = c;
        this.go = go;
        this.bpf = bpf;
        this.view = bpf.counter().view();
        this.arraySize = bpf.counter().maxEntries() * 2 * Long.BYTES;
        this.address = c.map_array(array, arraySize);
        this.ring = c.ring_open(events);
        if (address == -1 || ring == 0) {
            throw new IllegalStateException("C can't map the array or the ring buffer");
        }
    }

    List<Benchmark> all() {
        return List.of(
                new Benchmark("view-record", READS, this::records)
                        .against(C, REMOVES_RECORDS ? 3.5 : 9, () -> c.view_record(address, READS)),
                new Benchmark("view-record-view", READS, this::recordsInView)
                        .against(C, REMOVES_RECORDS ? 6 : 9, () -> c.view_record(address, READS)),
                new Benchmark("ring-record", EVENTS, this::events)
                        .preparedBy(this::emit)
                        .against(C, 3, () -> c.ring_consume(ring))
                        .against(GO, go, "ring_consume"),
                new Benchmark("ring-view", EVENTS, this::eventsInView)
                        .preparedBy(this::emit)
                        .against(C, 2, () -> c.ring_consume(ring))
                        .against(GO, go, "ring_consume"),
                new Benchmark("ring-live", LIVE_EVENTS, this::liveEvents)
                        .onTheClock()
                        .against(
                                C,
                                0.5,
                                () -> c.ring_poll_live(
                                        ring, bpf.program("emit_live").id(), LIVE_EVENTS)));
    }

    private long records() {
        long sum = 0;
        long state = 1;
        for (int i = 0; i < READS; i++) {
            state = state * MULTIPLIER + INCREMENT;
            Counter counter = view.get(state >>> SHIFT);
            if (counter == null) {
                return -1;
            }
            sum += counter.packets() + counter.bytes();
        }
        return sum;
    }

    private long recordsInView() {
        long sum = 0;
        long state = 1;
        for (int i = 0; i < READS; i++) {
            state = state * MULTIPLIER + INCREMENT;
            if (!view.get(state >>> SHIFT, entry)) {
                return -1;
            }
            sum += entry.packets() + entry.bytes();
        }
        return sum;
    }

    private void emit() {
        if (bpf.program("emit").testRun(TestRun.Input.none()).returnValue() != 0) {
            throw new IllegalStateException("the ring buffer had no room for all events");
        }
    }

    private long events() {
        eventSum = 0;
        bpf.event().consume(event -> eventSum += event.time() + event.pid());
        return eventSum;
    }

    /** Reads events while another thread emits them. */
    private long liveEvents() {
        eventSum = 0;
        if (c.live_start(bpf.program("emit_live").id(), LIVE_EVENTS) != 0) {
            return -1;
        }
        try {
            for (long seen = 0; seen < LIVE_EVENTS; ) {
                seen += bpf.event().consume(LIVE_WAIT, eventView, event -> eventSum += event.time() + event.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
        return c.live_end() == 0 ? eventSum : -1;
    }

    private long eventsInView() {
        eventSum = 0;
        bpf.event().consume(eventView, event -> eventSum += event.time() + event.pid());
        return eventSum;
    }

    @Override
    public void close() {
        c.ring_close(ring);
        c.unmap_array(address, arraySize);
        view.close();
    }
}
