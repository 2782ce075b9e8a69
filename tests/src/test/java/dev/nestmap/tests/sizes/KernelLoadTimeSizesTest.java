/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.sizes.Sized.Counter;
import dev.nestmap.tests.sizes.Sized.Flow;
import dev.nestmap.tests.sizes.Sized.Total;
import dev.nestmap.tests.sizes.SizedBpf.Sizes;
import dev.nestmap.tests.sizes.SizedBpf.SmallMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.Test;

/** Maps have the sizes that the load gives them. */
@KernelTest
class KernelLoadTimeSizesTest extends LoadTimeSizesContract {
    @Override
    SizedBpf load(Sizes sizes) {
        return SizedBpf.load(BpfObjects.of("sized"), sizes);
    }

    @InstalledClang.Each
    void programsUseMapsOfTheGivenSizes(InstalledClang clang) {
        try (SizedBpf bpf = SizedBpf.load(BpfObjects.of("sized", clang), SIZES)) {
            bpf.tenant().create(1).putAll(flows(10));
            bpf.shard().create(1);

            assertThat(bpf.program("count").testRun(new byte[64]).returnValue()).isEqualTo(2);

            assertThat(bpf.tenant().get(1, 7)).isEqualTo(new Flow(7, 1));
            assertThat(bpf.shard().get(1, 5)).isEqualTo(new Counter(5, 1));
            assertThat(bpf.total().get(6)).isEqualTo(new Total(6, 1));
        }
    }

    @Test
    void perfEventArraysHaveASlotForEachCpu() {
        int cpus = Runtime.getRuntime().availableProcessors();
        assertThat(bpf.alone().maxEntries()).isGreaterThanOrEqualTo(cpus);
        assertThat(bpf.sink().create(1).maxEntries()).isEqualTo(bpf.alone().maxEntries());
    }

    @Test
    void otherMapsNeedNoSizes() {
        try (SmallMap.Owned small = SizedBpf.SMALL_MAP.create()) {
            assertThat(small.create(1).maxEntries()).isEqualTo(2);
        }
    }
}
