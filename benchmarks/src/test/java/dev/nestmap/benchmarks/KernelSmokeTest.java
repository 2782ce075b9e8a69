/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Test;

/** Tests that C and Nestmap do the same in each benchmark. Measures nothing. */
@KernelTest
class KernelSmokeTest {
    @Test
    void cAndNestmapReadTheSame() {
        OtherUse.of(1);
        try (Suite suite = new Suite()) {
            assertThat(suite.benchmarks()).isNotEmpty().allSatisfy(benchmark -> {
                benchmark.prepare().run();
                long sum = benchmark.c().getAsLong();
                assertThat(sum).as(benchmark.name()).isPositive();
                benchmark.prepare().run();
                assertThat(benchmark.java().getAsLong()).as(benchmark.name()).isEqualTo(sum);
            });
        }
    }

    @Test
    void manyInnerMapsHaveTheRightCounts() throws Exception {
        System.setProperty("nestmap.openInnerMaps", "100");
        try {
            ManyInnerMaps.check(1000);
        } finally {
            System.clearProperty("nestmap.openInnerMaps");
        }
    }
}
