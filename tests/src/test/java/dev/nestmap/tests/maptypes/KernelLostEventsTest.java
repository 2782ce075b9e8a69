/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.LostInsertsBpf.OpenedMap;
import dev.nestmap.tests.maptypes.LostInsertsBpf.StepMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.untyped.UntypedMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Generated helpers count the events that a buffer had no room for. */
@KernelTest.AnyJdk
class KernelLostEventsTest extends PinningTest {
    private static final int RUNS = 5_000;

    /** Each event is either read or counted. */
    @InstalledClang.Each
    void countsWhatABufferLoses(InstalledClang clang) {
        try (LostInsertsBpf maps = open(clang)) {
            StepMap steps = maps.recorder().create(1);
            assertThat(maps.opened().lostEvents()).isZero();
            assertThat(steps.lostEvents()).isZero();
            write(maps, RUNS);

            long read = maps.opened().consume(event -> {});
            assertThat(read).isPositive();
            assertThat(maps.opened().lostEvents()).isEqualTo(2L * RUNS - read).isPositive();
            read = steps.consume(event -> {});
            assertThat(steps.lostEvents()).isEqualTo(RUNS - read).isPositive();
            try (Displaced<Long, StepMap> displaced =
                    Objects.requireNonNull(maps.recorder().rotate(1))) {
                assertThat(displaced.lostInserts()).isEqualTo(RUNS - read);
                assertThat(displaced.map().lostEvents()).isEqualTo(RUNS - read);
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
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            write(maps, RUNS);
            lost = Objects.requireNonNull(maps.opened().lostEvents());
            assertThat(lost).isPositive();
        }
        assertThat(fs.path("opened-lost-inserts")).exists();
        try (OpenedMap.Owned opened = LostInsertsBpf.OPENED_MAP.openPinned(fs.path("opened"))) {
            assertThat(opened.lostEvents()).isEqualTo(lost);
        }
        try (OpenedMap.Owned opened = LostInsertsBpf.OPENED_MAP.openPinned(fs.path("opened"), MapAccess.READ_ONLY)) {
            assertThat(opened.lostEvents()).isEqualTo(lost);
        }
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            write(maps, 1);
            assertThat(maps.opened().lostEvents()).isEqualTo(lost + 2);
        }
    }

    @Test
    void countsInMemoryToo() {
        try (LostInsertsBpf maps = LostInsertsBpf.inMemory()) {
            int read = 0;
            while (maps.opened().offer(new LostInserts.Opened(read))) {
                read++;
            }
            assertThat(maps.opened().lostEvents()).isEqualTo(1);
            assertBpfException(() -> maps.sample().open(), "a PERF_EVENT_ARRAY does not work in memory");
            StepMap steps = maps.recorder().create(1);
            while (steps.offer(new LostInserts.Step(1))) {
                assertThat(steps.lostEvents()).isZero();
            }
            assertThat(steps.lostEvents()).isEqualTo(1);
            assertThat(UntypedMap.of(maps, "step_lost").count())
                    .as("the map, and entry 0, which programs make first")
                    .isEqualTo(2);
            maps.recorder().discard(1);
            assertThrown(InvalidHandleException.class, steps::lostEvents);
        }
    }

    private LostInsertsBpf open(InstalledClang clang) {
        return LostInsertsBpf.open(BpfObjects.of("lost_inserts", clang))
                .pins(pins)
                .load();
    }

    private static void write(LostInsertsBpf maps, int runs) {
        maps.program("write_events").testRun(TestRun.Input.packet(new byte[64]).withRepeat(runs));
    }
}
