/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.slots.Slotted.Flow;
import dev.nestmap.tests.slots.Slotted.Limit;
import dev.nestmap.tests.slots.Slotted.Tier;
import dev.nestmap.tests.slots.SlottedBpf.LimitMap;
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

    /** Puts the plans into their slots, and creates maps in which programs count. */
    static void fill(SlottedBpf bpf) {
        bpf.plan().shareAll(Map.of(0L, bpf.gold(), 2L, bpf.silverOne()));
        bpf.numberedPlan().shareAll(Map.of(0L, bpf.silverOne(), 4L, bpf.gold()));
        bpf.byTier().create(Tier.PaidMonthly);
        bpf.hashedTier().create(Tier.FREE);
        bpf.hashedTier().create(Tier.PaidMonthly);
    }

    @Test
    void eachSlotHoldsItsMap() {
        bpf.gold().put(new Limit(1, 10));
        bpf.silverOne().put(new Limit(1, 20));

        assertThat(bpf.plan().get(0, 1)).isEqualTo(new Limit(1, 10));
        assertThat(bpf.plan().get(2, 1)).isEqualTo(new Limit(1, 20));
        assertThat(bpf.numberedPlan().get(0, 1)).isEqualTo(new Limit(1, 20));
        assertThat(bpf.numberedPlan().get(4, 1)).isEqualTo(new Limit(1, 10));
        assertThat(bpf.plan().keys()).containsExactly(0L, 2L);
    }

    @Test
    void aMapLikeTheInnerMapsIsInNoSlot() {
        bpf.spill().put(new Flow(1, 10));

        assertThat(bpf.spill()).containsExactly(new Flow(1, 10));
        assertThat(bpf.byTier().get(Tier.FREE)).isNull();
        assertBpfException(() -> bpf.byTier().share(Tier.FREE, bpf.spill()), "programs can write", "RDONLY_PROG");
    }

    @Test
    void slotsOfMapsWithNamesCanBeChangedLikeOthers() {
        bpf.plan().create(1).put(new Limit(1, 1));
        assertThat(bpf.plan().share(1, bpf.gold())).isTrue();
        bpf.gold().put(new Limit(1, 2));

        assertThat(bpf.plan().get(1, 1)).isEqualTo(new Limit(1, 2));
        assertThat(bpf.plan().discard(0)).isTrue();
        assertThat(bpf.plan().get(0)).isNull();
        assertThat(bpf.gold()).containsExactly(new Limit(1, 2));
        DrainedMap.drain(bpf.plan().rotate(1), drained -> assertThat(drained).containsExactly(new Limit(1, 2)));
        assertThat(bpf.numberedPlan().discard(4)).isTrue();
        assertThat(bpf.gold()).as("its object keeps it").containsExactly(new Limit(1, 2));
    }

    @Test
    void closingTheObjectClosesTheMaps() {
        LimitMap gold = bpf.gold();
        bpf.close();

        assertThatThrownBy(() -> gold.get(1)).hasMessageContaining("object slotted was closed");
    }
}
