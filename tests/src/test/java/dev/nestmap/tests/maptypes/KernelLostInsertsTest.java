/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.LostInserts.LostHits;
import dev.nestmap.tests.maptypes.LostInsertsBpf.HitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated helpers count inserts that failed, if the object declares a map for the counts. */
@KernelTest
class KernelLostInsertsTest {
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void countsInsertsIntoEachFullMap(InstalledClang clang) {
        try (LostInsertsBpf maps = LostInsertsBpf.load(BpfObjects.of("lost_inserts", clang))) {
            maps.guest().create(1);
            maps.guest().create(2);

            int first = overflow(maps);
            try (DrainedMap<HitMap> fullTicket = DrainedMap.of(maps.guest().rotate(1))) {
                HitMap full = fullTicket.map();
                int second = overflow(maps);

                // Of five entries two fit, and two updates fail too.
                assertThat(maps.lostHits()).containsExactlyInAnyOrder(new LostHits(first, 5), new LostHits(second, 5));
                assertThat(Objects.requireNonNull(full).id()).isEqualTo(first);
            }
        }
    }

    /** Runs the program once. Returns the id of the inner map. */
    private static int overflow(LostInsertsBpf maps) {
        assertThat(maps.program("overflow").testRun(new byte[64]).returnValue()).isEqualTo(5);
        return Objects.requireNonNull(maps.guest().get(1)).id();
    }
}
