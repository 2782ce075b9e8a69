/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.LostEventsBpf.OpenedMap;
import dev.nestmap.tests.maptypes.LostEventsBpf.StepMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Generated helpers count the events that a buffer had no room for. */
@KernelTest
class KernelLostEventsTest extends PinningTest {
    private static final int RUNS = 5_000;

    /** Each event is either read or counted. */
    @InstalledClang.Each
    void countsWhatABufferLoses(InstalledClang clang) {
        try (LostEventsBpf maps = open(clang)) {
            StepMap steps = maps.recorder().create(1);
            assertThat(maps.opened().lostEvents()).isZero();
            assertThat(steps.lostEvents()).as("the outer map counts them").isNull();
            write(maps, RUNS);

            long read = maps.opened().consume(event -> {});
            assertThat(read).isPositive();
            assertThat(maps.opened().lostEvents()).isEqualTo(2L * RUNS - read).isPositive();
            read = steps.consume(event -> {});
            assertThat(maps.recorder().uncounted()).isEqualTo(new Uncounted("recorder", 0, RUNS - read, 0));
            try (Displaced<Long, StepMap> displaced =
                    Objects.requireNonNull(maps.recorder().rotate(1))) {
                assertThat(displaced.refused()).isEqualTo(RUNS - read).isPositive();
                displaced.acknowledge();
                assertThrown(InvalidHandleException.class, displaced.map()::lostEvents, "it was acknowledged");
            }
            assertThat(maps.sample().lostEvents()).as("nobody has opened it").isEqualTo(RUNS);
            maps.sample().open();
            write(maps, 1);
            assertThat(maps.sample().lostEvents()).isEqualTo(RUNS);
        }
    }

    @Test
    void theCountIsPinnedWithItsBuffer() {
        long lost;
        try (LostEventsBpf maps = open(InstalledClang.newest())) {
            write(maps, RUNS);
            lost = Objects.requireNonNull(maps.opened().lostEvents());
            assertThat(lost).isPositive();
        }
        assertThat(fs.path("opened-lost-events")).exists();
        try (OpenedMap.Owned opened = LostEventsBpf.OPENED_MAP.openPinned(fs.path("opened"))) {
            assertThat(opened.lostEvents()).isEqualTo(lost);
        }
        try (OpenedMap.Owned opened = LostEventsBpf.OPENED_MAP.openPinned(fs.path("opened"), MapAccess.READ_ONLY)) {
            assertThat(opened.lostEvents()).isEqualTo(lost);
        }
        try (LostEventsBpf maps = open(InstalledClang.newest())) {
            write(maps, 1);
            assertThat(maps.opened().lostEvents()).isEqualTo(lost + 2);
            assertThat(maps.opened().consume(event -> {}))
                    .as("events of the first load")
                    .isPositive();
        }
    }

    @Test
    void countsInMemoryToo() {
        try (LostEventsBpf maps = LostEventsBpf.inMemory()) {
            int read = 0;
            while (maps.opened().offer(new LostEvents.Opened(read))) {
                read++;
            }
            assertThat(maps.opened().lostEvents()).isEqualTo(1);
            assertBpfException(() -> maps.sample().open(), "a PERF_EVENT_ARRAY does not work in memory");
            StepMap steps = maps.recorder().create(1);
            while (steps.offer(new LostEvents.Step(1))) {}
            assertThat(steps.lostEvents()).isNull();
            assertThat(maps.recorder().uncounted()).isEqualTo(new Uncounted("recorder", 0, 1, 0));
            maps.recorder().discard(1);
            assertThrown(InvalidHandleException.class, steps::lostEvents);
        }
    }

    private LostEventsBpf open(InstalledClang clang) {
        return LostEventsBpf.open(BpfObjects.of("lost_events", clang))
                .pins(pins)
                .load();
    }

    private static void write(LostEventsBpf maps, int runs) {
        maps.program("write_events").testRun(TestRun.Input.packet(new byte[64]).withRepeat(runs));
    }
}
