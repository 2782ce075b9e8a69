/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.NestedMaps.HashOfSlots;
import dev.nestmap.tests.kernel.NestedMaps.Hashed;
import dev.nestmap.tests.kernel.NestedMaps.Place;
import dev.nestmap.tests.kernel.NestedMaps.Recent;
import dev.nestmap.tests.kernel.NestedMaps.Slot;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs count in both types of outer map over several types of inner map, and Java reads what they counted. */
@KernelTest
class NestedMapsTest {
    private static final HashOfSlots SLOTS = new HashOfSlots(5, 7);
    private static final Place PLACE = new Place(3, 'x');

    private NestedMapsBpf bpf;

    @BeforeEach
    void load() {
        bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"));
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void programsFindNothingInEmptyOuterMaps() {
        assertThat(count(5, 3)).isZero();
    }

    @Test
    void programsCountInEachExistingInnerMap() {
        bpf.hashOfHashes().create(5);
        assertThat(count(5, 3)).isEqualTo(0b000001);
        bpf.hashOfRecents().create(5);
        assertThat(count(5, 3)).isEqualTo(0b000011);
        bpf.hashOfSlots().create(SLOTS);
        assertThat(count(5, 3)).isEqualTo(0b000111);
        bpf.arrayOfHashes().create(5);
        assertThat(count(5, 3)).isEqualTo(0b001111);
        bpf.arrayOfRecents().create(5);
        assertThat(count(5, 3)).isEqualTo(0b011111);
        bpf.arrayOfSlots().create(5);
        assertThat(count(5, 3)).isEqualTo(0b111111);

        assertThat(bpf.hashOfHashes().get(5, PLACE)).isEqualTo(new Hashed(PLACE, 6));
        assertThat(bpf.hashOfRecents().get(5, PLACE)).isEqualTo(new Recent(PLACE, 5, 0xabcd));
        assertThat(bpf.hashOfSlots().get(SLOTS, 3)).isEqualTo(new Slot(3, 4));
        assertThat(bpf.arrayOfHashes().get(5, PLACE)).isEqualTo(new Hashed(PLACE, 3));
        assertThat(bpf.arrayOfRecents().get(5, PLACE)).isEqualTo(new Recent(PLACE, 2, 0xabcd));
        assertThat(bpf.arrayOfSlots().get(5, 3)).isEqualTo(new Slot(3, 1));
    }

    @Test
    void programsSeeChangesByJava() {
        bpf.hashOfHashes().create(5, fresh -> fresh.put(new Hashed(PLACE, 100)));
        bpf.arrayOfSlots().create(5, fresh -> fresh.put(new Slot(3, 200)));

        assertThat(count(5, 3)).isEqualTo(0b100001);
        assertThat(bpf.hashOfHashes().get(5, PLACE)).isEqualTo(new Hashed(PLACE, 101));
        assertThat(bpf.arrayOfSlots().get(5, 3)).isEqualTo(new Slot(3, 201));

        assertThat(bpf.hashOfHashes().discard(5)).isTrue();
        assertThat(bpf.arrayOfSlots().discard(5)).isTrue();
        assertThat(count(5, 3)).isZero();
    }

    @Test
    void rotationReturnsTheCountsSoFar() {
        bpf.arrayOfRecents().create(5);
        bpf.hashOfSlots().create(SLOTS);
        count(5, 3);
        try (DrainedMap<NestedMapsBpf.RecentMap> recentsTicket =
                        DrainedMap.of(bpf.arrayOfRecents().rotate(5));
                DrainedMap<NestedMapsBpf.SlotMap> slotsTicket =
                        DrainedMap.of(bpf.hashOfSlots().rotate(SLOTS))) {
            NestedMapsBpf.RecentMap recents = recentsTicket.map();
            NestedMapsBpf.SlotMap slots = slotsTicket.map();
            assertThat(count(5, 3)).isEqualTo(0b010100);

            assertThat(recents).containsExactly(new Recent(PLACE, 1, 0xabcd));
            assertThat(slots).containsExactly(new Slot(0, 0), new Slot(1, 0), new Slot(2, 0), new Slot(3, 1));
            assertThat(bpf.arrayOfRecents().get(5, PLACE)).isEqualTo(new Recent(PLACE, 1, 0xabcd));
            assertThat(bpf.hashOfSlots().get(SLOTS, 3)).isEqualTo(new Slot(3, 1));
        }
    }

    private int count(int outer, int inner) {
        return bpf.program("count").testRun(Packets.request(outer, inner)).returnValue();
    }
}
