/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.Recorders.Happened;
import dev.nestmap.tests.maptypes.RecordersBpf.HappenedMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A recorder keeps the last events. */
@KernelTest
@Timeout(300)
class KernelRecordersTest {
    private static final long TENANT = 1;

    /** The bytes of an event: a header of 8, and two numbers. */
    private static final int EVENT = 24;

    @AutoClose
    private final RecordersBpf bpf = RecordersBpf.load(BpfObjects.of("recorders"));

    @BeforeAll
    static void needOverwriting() {
        KernelAssumptions.assume(KernelFeature.RB_OVERWRITE);
    }

    @BeforeEach
    void create() {
        bpf.recorder().create(TENANT);
    }

    private void happen(int times) {
        TestRun.Input packet = TestRun.Input.packet(new byte[64]).withRepeat(times);
        assertThat(bpf.program("happen").testRun(packet).returnValue()).isZero();
    }

    private List<Happened> rotated() {
        List<Happened> events = new ArrayList<>();
        DrainedMap.drain(bpf.recorder().rotate(TENANT), owned -> {
            owned.consume(events::add);
            assertThat(owned.poll()).isNull();
        });
        assertThat(events).allMatch(event -> event.complement() == ~event.number());
        return events;
    }

    private static List<Long> numbers(List<Happened> events) {
        return events.stream().map(Happened::number).toList();
    }

    @Test
    void keepsTheLastEvents() {
        happen(10);
        assertThat(numbers(rotated()))
                .containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());

        happen(20_000);
        List<Long> last = numbers(rotated());

        assertThat(last)
                .hasSizeBetween(Recorders.BYTES / EVENT * 3 / 4 - 2, Recorders.BYTES / EVENT)
                .containsExactlyElementsOf(
                        LongStream.range(20_010 - last.size(), 20_010).boxed().toList());
        assertThat(rotated()).isEmpty();
    }

    @Test
    void aMapInUseIsNotRead() {
        happen(10);
        HappenedMap live = bpf.recorder().getOrCreate(TENANT);

        assertBpfException(live::poll).hasMessageContaining("RB_OVERWRITE");
        assertBpfException(() -> live.consume(event -> {}));
        assertBpfException(() -> bpf.recorder().consume(Duration.ZERO, (tenant, event) -> {}));
        DrainedMap.drain(
                bpf.recorder().take(TENANT),
                taken -> assertThat(Objects.requireNonNull(taken.poll()).number())
                        .isZero());
    }

    /** One thread writes, so each rotated map has numbers without gaps, and the numbers of the next one are larger. */
    @Test
    void rotatedMapsHaveWholeEventsEachOnce() throws Exception {
        long next = 0;
        int rotations = 0;
        int overwritten = 0;
        long events = 0;
        try (BusyThreads threads = new BusyThreads()) {
            threads.start(() -> {
                while (!threads.isOver()) {
                    happen(1000);
                }
                return 0L;
            });
            for (; threads.goesOn(overwritten > 0); rotations++) {
                List<Long> numbers = numbers(rotated());
                if (!numbers.isEmpty()) {
                    assertThat(numbers.get(0)).isGreaterThanOrEqualTo(next);
                    overwritten += numbers.get(0) > next ? 1 : 0;
                    assertThat(numbers)
                            .isEqualTo(LongStream.range(numbers.get(0), numbers.get(0) + numbers.size())
                                    .boxed()
                                    .toList());
                    next = numbers.get(0) + numbers.size();
                    events += numbers.size();
                }
                TimeUnit.MILLISECONDS.sleep(rotations % 20);
            }
            threads.end();
        }
        System.out.println(rotations + " rotations, " + events + " of " + next + " events kept, " + overwritten
                + " maps had overwritten events, none torn, doubled or out of order");
    }
}
