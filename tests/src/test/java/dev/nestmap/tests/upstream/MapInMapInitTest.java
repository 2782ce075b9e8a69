/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import dev.nestmap.tests.upstream.MapInMapInit.Inner;
import dev.nestmap.tests.upstream.MapInMapInit.Input;
import dev.nestmap.tests.upstream.MapInMapInitBpf.InnerMap;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * libbpf's first test of slots that are filled at load: an array with slots 0 and 2, and a hash with slots 0 and 4,
 * which share two maps.
 */
@KernelTest
class MapInMapInitTest {
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void bothOuterMapsHoldTheSameMaps(InstalledClang clang) {
        try (MapInMapInitBpf bpf = MapInMapInitBpf.load(BpfObjects.of("map_in_map_init", clang))) {
            assertThat(bpf.outerArr().keys()).containsExactly(0, 2);
            assertThat(bpf.outerHash().keys()).containsExactlyInAnyOrder(0, 4);
            assertThat(Objects.requireNonNull(bpf.outerArr().get(0)).id())
                    .isEqualTo(bpf.innerMap1().id())
                    .isEqualTo(Objects.requireNonNull(bpf.outerHash().get(4)).id());
            assertThat(Objects.requireNonNull(bpf.outerArr().get(2)).id())
                    .isEqualTo(bpf.innerMap2().id())
                    .isEqualTo(Objects.requireNonNull(bpf.outerHash().get(0)).id());

            bpf.input().put(new Input(0, 1));
            run(bpf);
            assertThat(bpf.innerMap1().get(0)).isEqualTo(new Inner(0, 1));
            assertThat(bpf.innerMap2().get(0)).isEqualTo(new Inner(0, 2));
        }
    }

    /** The second part of the original: after other maps are put into the slots, the program finds those. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsFindReplacedInnerMaps(InstalledClang clang) {
        try (MapInMapInitBpf bpf = MapInMapInitBpf.load(BpfObjects.of("map_in_map_init", clang))) {
            InnerMap first = bpf.innerMap1();
            InnerMap second = bpf.innerMap2();
            discardDisplaced(bpf.outerArr().share(0, second));
            discardDisplaced(bpf.outerHash().share(0, first));

            bpf.input().put(new Input(0, 3));
            run(bpf);

            assertThat(second.get(0)).isEqualTo(new Inner(0, 3));
            assertThat(first.get(0)).isEqualTo(new Inner(0, 4));
        }
    }

    /** libbpf creates {@code outer_arr.inner} as a prototype for the outer map, and closes it after the load. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void thePrototypeIsFreedAfterTheLoad(InstalledClang clang) throws InterruptedException {
        InstalledCommand.needInstalled("bpftool");
        try (MapInMapInitBpf bpf = MapInMapInitBpf.load(BpfObjects.of("map_in_map_init", clang))) {
            String maps = mapsOfThisMachine();
            assertThat(maps).contains("name outer_arr ", "name inner_map1 ");
            // The kernel frees maps some time after the last reference to them is gone.
            for (int tries = 0; tries < 100 && maps.contains(".inne"); tries++) {
                Thread.sleep(50);
                maps = mapsOfThisMachine();
            }
            assertThat(maps).doesNotContain("outer_arr.inner", "outer_hash.inne");
            assertThat(bpf.outerArr().create(1).get(0))
                    .as("maps of this shape can still be inserted")
                    .isEqualTo(new Inner(0, 0));
        }
    }

    private static String mapsOfThisMachine() {
        return InstalledCommand.run(InstalledCommand.find("bpftool").orElseThrow(), "map", "show")
                        .output() + " ";
    }

    private static void run(MapInMapInitBpf bpf) {
        TestRun.Input noContext = TestRun.Input.none();
        assertThat(bpf.program("handle_sys_enter").testRun(noContext).returnValue())
                .isZero();
    }
}
