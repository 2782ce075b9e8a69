/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.GO;

import dev.nestmap.benchmarks.BenchmarkedBpf.EventMap;
import dev.nestmap.runtime.attach.TestRun;
import java.time.Duration;
import java.util.List;

/** Reads the events of a ring buffer. */
final class EventBenchmarks implements AutoCloseable {
    /** The number of events that the program emits. */
    private static final int EVENTS = 200_000;

    /** A multiple of the number that a run of the program emits. */
    private static final int LIVE_EVENTS = 64 * 20_000;

    private static final Duration LIVE_WAIT = Duration.ofMillis(100);

    private final CLoops c;
    private final GoPeer go;
    private final BenchmarkedBpf bpf;
    private final EventMap.View eventView = new EventMap.View();
    private final long ring;
    private long eventSum;

    EventBenchmarks(CLoops c, GoPeer go, BenchmarkedBpf bpf, long events) {
        this.c = c;
        this.go = go;
        this.bpf = bpf;
        this.ring = c.ring_open(events);
        if (ring == 0) {
            throw new IllegalStateException("C can't map the ring buffer");
        }
    }

    List<Benchmark> all() {
        return List.of(
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
    }
}
