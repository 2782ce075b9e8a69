/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.slots.Slotted.Flow;
import dev.nestmap.tests.slots.Slotted.Site;
import dev.nestmap.tests.slots.Slotted.Tier;
import dev.nestmap.tests.slots.SlottedBpf.FlowMap;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each declared slot holds its map from the start, both in the kernel and in memory. */
abstract class SlotsContract {
    SlottedBpf bpf;

    abstract SlottedBpf open();

    @BeforeEach
    void start() {
        bpf = open();
    }

    @AfterEach
    void stop() {
        bpf.close();
    }

    @Test
    void eachDeclaredSlotHoldsItsMap() {
        bpf.gold().put(new Flow(1, 10));
        bpf.silverOne().put(new Flow(1, 20));
        bpf.bronze().put(new Flow(1, 30));
        bpf.tierFree().put(new Flow(1, 40));
        bpf.tierPaidMonthly().put(new Flow(1, 50));
        bpf.hashedPaidMonthly().put(new Flow(1, 60));

        assertThat(bpf.rank().get(0, 1)).isEqualTo(new Flow(1, 10));
        assertThat(bpf.rank().get(2, 1)).isEqualTo(new Flow(1, 20));
        assertThat(bpf.numbered().get(0, 1)).isEqualTo(new Flow(1, 20));
        assertThat(bpf.numbered().get(4, 1)).isEqualTo(new Flow(1, 10));
        assertThat(bpf.site().get(new Site(7, Tier.PaidMonthly, true), 1)).isEqualTo(new Flow(1, 10));
        assertThat(bpf.site().get(new Site(7, Tier.FREE, false), 1)).isEqualTo(new Flow(1, 30));
        assertThat(bpf.byTier().get(Tier.FREE, 1)).isEqualTo(new Flow(1, 40));
        assertThat(bpf.byTier().get(Tier.PaidMonthly, 1)).isEqualTo(new Flow(1, 50));
        assertThat(bpf.hashedTier().get(Tier.PaidMonthly, 1)).isEqualTo(new Flow(1, 60));
    }

    @Test
    void otherSlotsAreEmpty() {
        assertThat(bpf.rank().keys()).containsExactly(0L, 2L);
        assertThat(bpf.numbered().keys()).containsExactlyInAnyOrder(0L, 1L, 3L, 4L);
        assertThat(bpf.site().keys())
                .containsExactlyInAnyOrder(
                        new Site(7, Tier.PaidMonthly, true),
                        new Site(7, Tier.PaidMonthly, false),
                        new Site(7, Tier.FREE, false));
        assertThat(bpf.hashedTier().keys()).containsExactlyInAnyOrder(Tier.FREE, Tier.PaidMonthly);
    }

    @Test
    void slotsHoldMapsOfTheirOwnSize() {
        assertThat(entriesUntilFull(bpf.small())).isEqualTo(2);
        assertThat(entriesUntilFull(bpf.large())).isEqualTo(64);
        assertThat(entriesUntilFull(bpf.gold())).isEqualTo(16);
        assertThat(bpf.numbered().get(1, 1)).isEqualTo(new Flow(1, 1));
        assertThat(bpf.site().get(new Site(7, Tier.PaidMonthly, false), 64)).isEqualTo(new Flow(64, 64));
    }

    private static int entriesUntilFull(FlowMap flows) {
        for (int id = 1; ; id++) {
            try {
                flows.put(new Flow(id, id));
            } catch (BpfException e) {
                assertThat(e.errno()).isEqualTo(Errno.E2BIG);
                return id - 1;
            }
        }
    }

    @Test
    void aMapLikeTheInnerMapsIsInNoSlot() {
        bpf.spill().put(new Flow(1, 10));

        assertThat(bpf.spill()).containsExactly(new Flow(1, 10));
        assertThat(bpf.gold()).isEmpty();
        discardDisplaced(bpf.rank().share(1, bpf.spill()));
        assertThat(bpf.rank().get(1, 1)).isEqualTo(new Flow(1, 10));
    }

    @Test
    void rotatingTheOnlySlotOfAMapKeepsItsAccessor() {
        bpf.tierFree().put(new Flow(1, 40));

        try (DrainedMap<FlowMap> drainedTicket =
                DrainedMap.of(Objects.requireNonNull(bpf.byTier().rotate(Tier.FREE)))) {
            FlowMap drained = drainedTicket.map();
            assertThat(drained).containsExactly(new Flow(1, 40));
            assertThat(bpf.byTier().get(Tier.FREE, 1)).isNull();
            assertThat(bpf.tierFree()).containsExactly(new Flow(1, 40));
        }
        assertThat(bpf.tierFree()).containsExactly(new Flow(1, 40));
    }

    @Test
    void rotatesAndTakesMapsOfTheirOwnSize() {
        Site large = new Site(7, Tier.PaidMonthly, false);
        bpf.tiny().put(new Flow(1, 10));
        bpf.large().put(new Flow(1, 20));

        try (DrainedMap<FlowMap> tinyTicket =
                        DrainedMap.of(Objects.requireNonNull(bpf.numbered().rotate(3)));
                DrainedMap<FlowMap> rotatedTicket =
                        DrainedMap.of(Objects.requireNonNull(bpf.site().rotate(large)));
                DrainedMap<FlowMap> takenTicket =
                        DrainedMap.of(Objects.requireNonNull(bpf.site().take(large)))) {
            FlowMap tiny = tinyTicket.map();
            FlowMap rotated = rotatedTicket.map();
            FlowMap taken = takenTicket.map();
            assertThat(tiny).containsExactly(new Flow(1, 10));
            assertThat(rotated).containsExactly(new Flow(1, 20));
            assertThat(taken).isEmpty();
        }
    }

    @Test
    void rotationRejectsAMapInSeveralSlots() {
        assertThatThrownBy(() -> bpf.rank().rotate(0))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("3 slots");
        assertThat(bpf.rank().discard(0)).isTrue();
        assertThat(bpf.numbered().get(4)).isNotNull();
        assertThatThrownBy(() -> bpf.numbered().rotate(4)).hasMessageContaining("2 slots");
    }

    @Test
    void declaredSlotsCanBeChangedLikeOthers() {
        FlowMap fresh = bpf.rank().create(1);
        fresh.put(new Flow(1, 1));
        discardDisplaced(bpf.rank().share(1, bpf.gold()));
        bpf.gold().put(new Flow(1, 2));

        assertThat(bpf.rank().get(1, 1)).isEqualTo(new Flow(1, 2));
        assertThat(bpf.rank().discard(0)).isTrue();
        assertThat(bpf.rank().get(0)).isNull();
        assertThat(bpf.gold()).containsExactly(new Flow(1, 2));
    }

    @Test
    void closingTheObjectClosesTheMaps() {
        FlowMap gold = bpf.gold();
        bpf.close();

        assertThatThrownBy(() -> gold.get(1)).hasMessageContaining("object slotted was closed");
    }
}
