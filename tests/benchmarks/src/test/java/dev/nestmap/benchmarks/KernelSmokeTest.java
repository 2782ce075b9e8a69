/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that all sides of each benchmark read the same. Measures nothing. */
@KernelTest
@Tag("benchmarks")
@Tag("night")
class KernelSmokeTest {
    /** Names of benchmarks whose maps take long to fill. */
    private static final Pattern LARGE = Pattern.compile("-of-\\d{4,}$");

    @Test
    void allSidesReadTheSame() {
        OtherUse.of(1);
        try (Suite suite = new Suite()) {
            assertThat(suite.benchmarks())
                    .isNotEmpty()
                    .filteredOn(benchmark -> !LARGE.matcher(benchmark.name()).find())
                    .allSatisfy(benchmark ->
                            assertThat(benchmark.sum()).as(benchmark.name()).isPositive());
        }
    }
}
