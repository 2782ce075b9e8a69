/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.maptypes.PerfStreams.PlainTraced;
import dev.nestmap.tests.maptypes.PerfStreams.Traced;
import dev.nestmap.tests.maptypes.PerfStreamsBpf.TracedMap;
import dev.nestmap.types.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Events of tests reach a service in order, and losses are reported. */
class HeapPerfStreamsTest {
    private final List<Object> events = new ArrayList<>();
    private final List<Long> losses = new ArrayList<>();

    @Test
    void eventsOfATestReachTheServiceInOrder() throws Exception {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            TracedMap traced = streams.tracedBy().create(1, TracedMap::open);
            traced.offer(new Traced(1, 1));
            traced.offer(new Traced(2, 2));
            assertThatThrownBy(() -> traced.consume(
                            event -> {
                                throw new IllegalStateException(event.toString());
                            },
                            losses::add))
                    .hasMessageContaining("number=1");
            assertThat(traced.consume(events::add, losses::add)).isEqualTo(2);
            assertThat(events).containsExactly(new Traced(1, 1), new Traced(2, 2));

            BackgroundTask<Long> reader =
                    BackgroundTask.start(() -> traced.consume(Duration.ofMinutes(1), events::add, losses::add));
            traced.offer(new Traced(3, 3));
            assertThat(reader.result()).isEqualTo(1);
            assertThat(events).endsWith(new Traced(3, 3));
            assertThat(losses).isEmpty();
        }
    }

    @Test
    void eventsAreLostUntilTheMapIsOpen() {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            assertThat(streams.plainTraced().offer(new PlainTraced(1))).isFalse();
            streams.plainTraced().open();
            assertThat(streams.plainTraced().offer(new PlainTraced(2))).isTrue();

            assertThat(streams.plainTraced().consume(events::add, losses::add)).isEqualTo(1);
            assertThat(events).containsExactly(new PlainTraced(2));
            assertThat(losses).as("the program has seen it").isEmpty();
        }
    }

    @Test
    void lossesOfAFullBufferAreReportedOnce() {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            streams.plainTraced().open(1); // a page
            int fit = 0;
            while (streams.plainTraced().offer(new PlainTraced(fit))) {
                fit++;
            }
            assertThat(fit).as("events of 16 bytes").isEqualTo(4095 / 16);
            streams.plainTraced().offer(new PlainTraced(0));

            assertThat(streams.plainTraced().consume(events::add, losses::add)).isEqualTo(fit);
            assertThat(losses).containsExactly(2L);
            assertThat(streams.plainTraced().consume(events::add, losses::add)).isZero();
            assertThat(losses).hasSize(1);
        }
    }

    /** The kernel reports the size with its padding, which the accessor expects in memory too. */
    @Test
    void eventsOfAnyLengthKeepTheirBytes() {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            byte[] bytes = new byte[413];
            bytes[412] = 7;
            streams.longTraced().open();
            streams.longTraced().offer(new PerfStreams.LongTraced(ByteString.of(bytes)));
            streams.longestTraced().open();
            streams.longestTraced().offer(new PerfStreams.LongestTraced(ByteString.of(new byte[65_516])));

            streams.longTraced().consume(event -> events.add(event.bytes()), losses::add);
            assertThat(events).containsExactly(ByteString.of(bytes));
            assertThat(streams.longestTraced().consume(events::add, losses::add))
                    .isEqualTo(1);
        }
    }

    @Test
    void theReplacementOfAnOpenMapIsOpen() throws Exception {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            streams.tracedAt().create(1, TracedMap::open).offer(new Traced(1, 1));
            DrainedMap<TracedMap> displacedTicket =
                    DrainedMap.of(Objects.requireNonNull(streams.tracedAt().rotate(1)));
            TracedMap displaced = displacedTicket.map();
            assertThat(Objects.requireNonNull(streams.tracedAt().get(1)).offer(new Traced(2, 2)))
                    .isTrue();

            displaced.consume(events::add, losses::add);
            displacedTicket.close();
            streams.tracedAt()
                    .consume(Duration.ofSeconds(10), (index, event) -> events.add(event), (index, lost) -> {});
            assertThat(events).containsExactly(new Traced(1, 1), new Traced(2, 2));
        }
    }

    @Test
    void slotsThatTheCallerFillsNeedAKernel() {
        try (PerfStreamsBpf streams = PerfStreamsBpf.inMemory()) {
            assertBpfException(() -> streams.byHand().put(0, 1))
                    .hasMessageContaining("a slot of a PERF_EVENT_ARRAY does not work in memory");
        }
    }
}
