/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.upstream.MapOfMaps.Inner;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example of the kernel's documentation: {@code .values = { &inner_map1, &inner_map2 }}, which names no index. */
@KernelTest
class MapOfMapsTest {
    private static final int XDP_PASS = 2;

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void valuesWithoutIndicesAreInTheFirstSlots(InstalledClang clang) {
        try (MapOfMapsBpf bpf = MapOfMapsBpf.load(BpfObjects.of("map_of_maps", clang))) {
            assertThat(bpf.program("add").testRun(new byte[64]).returnValue()).isEqualTo(XDP_PASS);

            assertThat(bpf.outer().keys()).containsExactly(0L, 1L);
            assertThat(Objects.requireNonNull(bpf.outer().get(0)).id())
                    .isEqualTo(bpf.innerMap1().id());
            assertThat(Objects.requireNonNull(bpf.outer().get(1)).id())
                    .isEqualTo(bpf.innerMap2().id());
            assertThat(bpf.innerMap1().get(3)).isEqualTo(new Inner(3, 1));
            assertThat(bpf.innerMap2().get(3)).isEqualTo(new Inner(3, 2));
        }
    }
}
