/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.CpuCountMap;
import dev.nestmap.runtime.Displaced;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is known about a map that was taken out. */
class DrainedMapSourceTest {
    private final CountsBpf bpf = CountsBpf.inMemory();

    @AfterEach
    void close() {
        bpf.close();
    }

    /** A map to which programs may have written after its displacement is not exact, also if it has waited. */
    @Test
    void aMapInDoubtIsNeverExact() {
        bpf.tenant().create(1L).put(new Count(7, 70));
        bpf.cpuTenant().create(1L).putForEachCpu(new CpuCount(7, 70));
        DrainedMapSource<Long, CountMap> counts = new DrainedMapSource<>(bpf.tenant());
        DrainedMapSource<Long, CpuCountMap> cpuCounts = new DrainedMapSource<>(bpf.cpuTenant());
        List<UnshippedMap> exact = new ArrayList<>();
        List<UnshippedMap> inDoubt = new ArrayList<>();

        counts.rotate(List.of(1L), exact::add);
        bpf.tenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
        counts.recover(inDoubt::add);
        bpf.cpuTenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
        cpuCounts.recover(inDoubt::add);

        assertThat(exact).singleElement().satisfies(map -> {
            assertThat(map.exactness().getAsBoolean()).isTrue();
        });
        assertThat(inDoubt).hasSize(2).allSatisfy(map -> {
            assertThat(map.exactness().getAsBoolean()).isFalse();
        });
        exact.forEach(map -> map.acknowledge().run());
        inDoubt.forEach(map -> map.acknowledge().run());
    }
}
