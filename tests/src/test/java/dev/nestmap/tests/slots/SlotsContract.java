/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.slots.Slotted.Flow;
import dev.nestmap.tests.slots.Slotted.Tier;
import dev.nestmap.tests.slots.SlottedBpf.FlowMap;
import dev.nestmap.tests.toolchain.ObjectContract;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots hold the maps with names that Java puts there, both in the kernel and in memory. */
abstract class SlotsContract extends ObjectContract<SlottedBpf> {

    @BeforeEach
    void start() {
        fill(bpf);
    }

    /** Puts the maps into their slots. */
    static void fill(SlottedBpf bpf) {
        assertThat(bpf.rank().shareAll(Map.of(0L, bpf.gold(), 2L, bpf.silverOne())))
                .isEmpty();
        assertThat(bpf.numbered().shareAll(Map.of(0L, bpf.silverOne(), 4L, bpf.gold())))
                .isEmpty();
        assertThat(bpf.byTier().share(Tier.FREE, bpf.tierFree())).isNull();
        bpf.byTier().create(Tier.PaidMonthly);
        bpf.hashedTier().create(Tier.FREE);
        bpf.hashedTier().create(Tier.PaidMonthly);
    }

    @Test
    void eachSlotHoldsItsMap() {
        bpf.gold().put(new Flow(1, 10));
        bpf.silverOne().put(new Flow(1, 20));
        bpf.tierFree().put(new Flow(1, 40));

        assertThat(bpf.rank().get(0, 1)).isEqualTo(new Flow(1, 10));
        assertThat(bpf.rank().get(2, 1)).isEqualTo(new Flow(1, 20));
        assertThat(bpf.numbered().get(0, 1)).isEqualTo(new Flow(1, 20));
        assertThat(bpf.numbered().get(4, 1)).isEqualTo(new Flow(1, 10));
        assertThat(bpf.byTier().get(Tier.FREE, 1)).isEqualTo(new Flow(1, 40));
        assertThat(bpf.rank().keys()).containsExactly(0L, 2L);
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

        DrainedMap.drain(bpf.byTier().rotate(Tier.FREE), drained -> {
            assertThat(drained).containsExactly(new Flow(1, 40));
            assertThat(bpf.byTier().get(Tier.FREE, 1)).isNull();
            assertThat(bpf.tierFree()).containsExactly(new Flow(1, 40));
        });
        assertThat(bpf.tierFree()).containsExactly(new Flow(1, 40));
    }

    @Test
    void rotationRejectsAMapInSeveralSlots() {
        assertBpfException(() -> bpf.rank().rotate(0)).hasMessageContaining("2 slots");
        assertThat(bpf.rank().discard(0)).isTrue();
        assertThat(bpf.numbered().get(4)).isNotNull();
    }

    @Test
    void slotsOfMapsWithNamesCanBeChangedLikeOthers() {
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
