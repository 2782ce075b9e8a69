/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that all sides of each benchmark read the same. Measures nothing. */
@KernelTest
@Tag("benchmarks")
@Tag("night")
class KernelSmokeTest {
    @Test
    void allSidesReadTheSame() {
        OtherUse.of(1);
        try (Suite suite = new Suite()) {
            assertThat(suite.benchmarks())
                    .isNotEmpty()
                    .allSatisfy(benchmark ->
                            assertThat(benchmark.sum()).as(benchmark.name()).isPositive());
        }
    }
}
