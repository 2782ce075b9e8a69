/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.PerCpu.Hit;
import dev.nestmap.tests.maptypes.PerCpu.Last;
import dev.nestmap.tests.maptypes.PerCpu.PlainHit;
import dev.nestmap.tests.maptypes.PerCpu.PlainLast;
import dev.nestmap.tests.maptypes.PerCpu.PlainSlot;
import dev.nestmap.tests.maptypes.PerCpu.Slot;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Programs count on their CPU, and Java reads each CPU. */
@KernelTest
class KernelPerCpuTest extends PerCpuContract {
    private static final int PACKETS = 5;

    @Override
    protected PerCpuBpf open() {
        return PerCpuBpf.load(BpfObjects.of("per_cpu"));
    }

    @Test
    void hasAsManyRecordsAsTheKernelHasPossibleCpus() throws Exception {
        String possible = java.nio.file.Files.readString(java.nio.file.Path.of("/sys/devices/system/cpu/possible"))
                .strip();
        int last = Integer.parseInt(possible.replaceAll(".*-", ""));

        assertThat(cpus()).isEqualTo(last + 1);
    }

    @InstalledClang.Each
    void programsCountOnTheirCpu(InstalledClang clang) {
        try (PerCpuBpf counting = PerCpuBpf.load(BpfObjects.of("per_cpu", clang))) {
            counting.hitsBy().create(1);
            counting.hitsAt().create(1).putForEachCpu(new Hit(7, 0, 0));
            counting.lastsBy().create(1);
            counting.lastsAt().create(1).putForEachCpu(new Last(7, 0));
            counting.slotsBy().create(1);
            counting.slotsAt().create(1);

            counting.program("count").testRun(TestRun.Input.packet(new byte[64]).withRepeat(PACKETS));

            assertThat(counting.hitsBy().getOrCreate(1).get(7L, Hit::combine)).isEqualTo(new Hit(7, PACKETS, 60));
            assertThat(counting.hitsAt().getOrCreate(1).get(7L, Hit::combine)).isEqualTo(new Hit(7, PACKETS, 60));
            assertThat(counting.slotsBy().getOrCreate(1).get(3, Slot::combine)).isEqualTo(new Slot(3, PACKETS));
            assertThat(counting.slotsAt().getOrCreate(1).get(3, Slot::combine)).isEqualTo(new Slot(3, PACKETS));
            assertThat(counting.plainHit().get(7L, PlainHit::combine)).isEqualTo(new PlainHit(7, PACKETS));
            assertThat(sum(counting.lastsBy().get(1, 7), Last::seen)).isEqualTo(PACKETS);
            assertThat(sum(counting.lastsAt().get(1, 7), Last::seen)).isEqualTo(PACKETS);
            assertThat(sum(counting.plainLast().get(7), PlainLast::seen)).isEqualTo(PACKETS);
            assertThat(sum(counting.plainSlot().get(3), PlainSlot::count)).isEqualTo(PACKETS);
        }
    }

    private static <E> long sum(@Nullable List<E> all, ToLongFunction<E> part) {
        return Objects.requireNonNull(all).stream().mapToLong(part).sum();
    }
}
