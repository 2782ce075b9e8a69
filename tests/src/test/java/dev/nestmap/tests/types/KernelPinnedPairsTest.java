/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.types.PinnedPairs.Octets;
import dev.nestmap.tests.types.PinnedPairs.Pair;
import dev.nestmap.tests.types.PinnedPairs.Times;
import dev.nestmap.tests.types.PinnedPairs.Total;
import dev.nestmap.tests.types.PinnedPairs.Visit;
import org.junit.jupiter.api.Test;

/** Pinned plain maps with unnamed members, and one migration of several maps. */
@KernelTest
class KernelPinnedPairsTest extends PinningTest {
    private static final Pair PAIR = new Pair(1, new Times(100), new Octets(200));

    private PinnedPairsBpf load() {
        return PinnedPairsBpf.open(BpfObjects.of("pinned_pairs")).pins(pins).load();
    }

    private PinnedPairsLaterBpf.Open later() {
        return PinnedPairsLaterBpf.open(BpfObjects.of("pinned_pairs_later")).pins(pins);
    }

    private void write() {
        try (PinnedPairsBpf bpf = load()) {
            bpf.pair().put(PAIR);
            bpf.total().put(new Total(1, 7, 8));
            bpf.visit().put(new Visit(1, 9, 10, 11));
        }
    }

    @Test
    void unnamedMembersAreReadAgain() {
        write();

        try (PinnedPairsBpf bpf = load();
                PinnedPairsBpf.PairMap.Owned pinned = PinnedPairsBpf.PAIR_MAP.openPinned(fs.path("pair"))) {
            assertThat(bpf.pair()).containsExactly(PAIR);
            assertThat(pinned).containsExactly(PAIR);
        }
    }

    @Test
    void membersThatChangedPlacesAreRejectedAndMigrated() {
        write();

        assertThatThrownBy(() ->
                        PinnedPairsLaterBpf.PAIR_MAP.openPinned(fs.path("pair")).close())
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("changing the offset of `struct { sent }` of `pair` from 8 to 0");
        PinnedPairsLaterBpf.PAIR_MAP.migrate(
                fs.path("pair"), pins, Migration.fromBtf().copy(PinnedPairsLaterBpf.PAIR_MAP));

        try (PinnedPairsLaterBpf.PairMap.Owned pinned = PinnedPairsLaterBpf.PAIR_MAP.openPinned(fs.path("pair"))) {
            assertThat(pinned)
                    .containsExactly(new PinnedPairsLater.Pair(
                            1, new PinnedPairsLater.Octets(200), new PinnedPairsLater.Times(100)));
        }
    }

    @Test
    void aMigrationHasRulesForSeveralMaps() {
        write();
        Migration rules = Migration.fromBtf()
                .rename("total", "hits", "visitors")
                .drop("visit", "lost")
                .copy(PinnedPairsLaterBpf.TOTAL_MAP)
                .copy(PinnedPairsLaterBpf.VISIT_MAP)
                .copy(PinnedPairsLaterBpf.PAIR_MAP);

        try (PinnedPairsLaterBpf bpf = later().migrate(rules).load()) {
            assertThat(bpf.total()).containsExactly(new PinnedPairsLater.Total(1, 7, 8));
            assertThat(bpf.visit()).containsExactly(new PinnedPairsLater.Visit(1, 9, 10));
            assertThat(bpf.pair().get(1))
                    .isEqualTo(new PinnedPairsLater.Pair(
                            1, new PinnedPairsLater.Octets(200), new PinnedPairsLater.Times(100)));
        }
        try (PinnedPairsLaterBpf bpf = later().load()) {
            assertThat(bpf.pair().count()).as("without a migration").isEqualTo(1);
        }
    }

    @Test
    void theMethodOfAMapHasItsNameInC() {
        try (PinnedPairsBpf bpf = PinnedPairsBpf.inMemory()) {
            assertThat(bpf.want().name()).isEqualTo("wanted");
        }
    }
}
