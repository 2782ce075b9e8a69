/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.IteratedMaps.Address;
import dev.nestmap.tests.maptypes.IteratedMaps.Line;
import dev.nestmap.tests.maptypes.IteratedMaps.Share;
import dev.nestmap.tests.maptypes.IteratedMaps.Step;
import dev.nestmap.tests.maptypes.IteratedMaps.Visit;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs iterate over maps and read values of other CPUs with the functions of the kernel, and change entries with helpers. */
@KernelTest
class KernelIteratedMapsTest {
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsAndJavaReadEachOthersEntries(InstalledClang clang) {
        try (IteratedMapsBpf walks = IteratedMapsBpf.load(BpfObjects.of("walks", clang))) {
            IteratedMapsBpf.VisitMap visits = walks.visits().create(1);
            visits.put(new Visit(new Address(1, 1), 10));
            visits.put(new Visit(new Address(2, 2), 20));
            IteratedMapsBpf.StepMap steps = walks.steps().create(1);
            for (int index = 0; index < 4; index++) {
                steps.put(new Step(index, 10, 11 + index));
            }
            walks.shares().create(1).putForEachCpu(new Share(3, 40));
            walks.lines().create(1);

            assertThat(walks.program("walk").testRun(new byte[64]).returnValue())
                    .isZero();

            assertThat(visits)
                    .containsExactlyInAnyOrder(
                            new Visit(new Address(1, 1), 0),
                            new Visit(new Address(2, 2), 0),
                            new Visit(new Address(3, 3), 30),
                            new Visit(new Address(4, 4), 44));
            assertThat(Objects.requireNonNull(walks.lines().get(1)).poll()).isEqualTo(new Line(1));
        }
    }
}
