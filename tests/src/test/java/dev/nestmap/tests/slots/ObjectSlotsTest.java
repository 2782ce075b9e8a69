/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.slots.ObjectSlots.Flow;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.Test;

/** libbpf fills the slots of an existing object, and Nestmap knows the maps in them. */
@KernelTest
class ObjectSlotsTest extends PinningTest {
    @Test
    void theMapsHaveTheirNamesAndSlots() {
        try (ObjectSlotsBpf bpf = ObjectSlotsBpf.load(BpfObjects.of("object_slots"))) {
            bpf.program("count").testRun(new byte[64]);
            bpf.silver().put(new Flow(9, 9));

            assertThat(bpf.gold()).containsExactlyInAnyOrder(new Flow(1, 1), new Flow(2, 1));
            assertThat(bpf.tenant().keys()).containsExactlyInAnyOrder(0L, 4L);
            assertThat(bpf.tenant().get(4, 9)).isEqualTo(new Flow(9, 9));
        }
    }

    /** The program writes to the map gold through its slot and by its name. */
    @Test
    void rotateRejectsAMapThatAProgramUsesByItsName() {
        try (ObjectSlotsBpf bpf = ObjectSlotsBpf.load(BpfObjects.of("object_slots"))) {
            assertBpfException(() -> bpf.tenant().rotate(0), "used by programs by its name")
                    .onMap("tenant");
        }
    }

    /** Programs find the map silver through another outer map, too, which has no record. */
    @Test
    void rotateRejectsAMapThatIsInASlotOfAnotherOuterMap() {
        try (ObjectSlotsBpf bpf = ObjectSlotsBpf.load(BpfObjects.of("object_slots"))) {
            assertBpfException(() -> bpf.tenant().rotate(4), "in another outer map")
                    .onMap("tenant");
        }
    }

    /** Its inner maps would be in no slot after the next load. */
    @Test
    void suchAMapCanNotBePinned() {
        assertBpfException(() -> PinnedObjectSlotsBpf.open(BpfObjects.of("object_slots"))
                        .pins(pins)
                        .load())
                .onMap("tenant")
                .hasMessageContaining("the object fills its slots (0: gold, 4: silver)")
                .hasMessageContaining("Remove the pin from its record");
    }

    @Test
    void suchAMapIsNotPinnedByItsObject() {
        ObjectSlotsBpf.Open open =
                ObjectSlotsBpf.open(BpfObjects.of("object_slots", "-DPINNED")).pins(pins);
        assertBpfException(open::load, "the object fills its slots (0: gold, 4: silver)")
                .onMap("tenant");

        open.withoutAutoPins().load().close();
    }
}
