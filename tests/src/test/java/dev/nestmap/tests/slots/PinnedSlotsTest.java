/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.SlotReuse;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.slots.SaidSlots.Flow;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What becomes of slots when their outer map is pinned, and was there before the load. */
@KernelTest
class PinnedSlotsTest extends PinningTest {
    @Test
    void slotsOfTheObjectAreRefusedWhereTheyWouldStayAsTheyAre() {
        said(SlotReuse.AS_DECLARED).close();

        assertThatThrownBy(() -> said(SlotReuse.AS_DECLARED))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("map tenant")
                .hasMessageContaining("libbpf does not fill its slots again (0: gold, 4: silver)")
                .hasMessageContaining("SlotReuse.KEEP")
                .hasMessageContaining("SlotReuse.REPLACE");
    }

    @Test
    void mapsThatAreKeptAreThoseOfTheNames() {
        try (SaidSlotsBpf first = said(SlotReuse.KEEP)) {
            count(first);
            first.silver().put(new Flow(9, 9));
        }
        try (SaidSlotsBpf second = said(SlotReuse.KEEP)) {
            count(second);

            assertThat(second.gold()).containsExactlyInAnyOrder(new Flow(1, 2), new Flow(2, 2));
            assertThat(second.tenant().get(0, 2)).isEqualTo(new Flow(2, 2));
            assertThat(second.tenant().get(4, 9)).isEqualTo(new Flow(9, 9));
            assertThat(second.silver()).containsExactly(new Flow(9, 9));
        }
    }

    @Test
    void slotsThatAreEmptyAreFilled() {
        try (SaidSlotsBpf first = said(SlotReuse.KEEP)) {
            first.tenant().remove(0);
            first.silver().put(new Flow(9, 9));
        }
        try (SaidSlotsBpf second = said(SlotReuse.KEEP)) {
            count(second);

            assertThat(second.gold()).containsExactlyInAnyOrder(new Flow(1, 1), new Flow(2, 1));
            assertThat(second.silver()).containsExactly(new Flow(9, 9));
        }
    }

    @Test
    void mapsAreReplacedWhereThatIsAskedFor() {
        try (SaidSlotsBpf first = said(SlotReuse.REPLACE)) {
            count(first);
        }
        try (SaidSlotsBpf second = said(SlotReuse.REPLACE)) {
            assertThat(second.tenant().get(0)).isNotNull().isEmpty();
            count(second);
            assertThat(second.gold()).containsExactlyInAnyOrder(new Flow(1, 1), new Flow(2, 1));
            assertThat(second.tenant().keys()).containsExactlyInAnyOrder(0L, 4L);
        }
    }

    @Test
    void slotsThatAreFilledAtLoadAreKeptUnasked() throws IOException {
        try (LaterSlotsBpf first = later()) {
            first.program("count").testRun(new byte[64]);
        }
        assertThat(fs.content()).contains("tenant-inner/0", "tenant-inner/4");
        try (LaterSlotsBpf second = later()) {
            second.program("count").testRun(new byte[64]);

            assertThat(second.gold()).containsExactlyInAnyOrder(new LaterSlots.Flow(1, 2), new LaterSlots.Flow(2, 2));
            assertThat(second.tenant().keys()).containsExactlyInAnyOrder(0L, 4L);
        }
    }

    private SaidSlotsBpf said(SlotReuse reuse) {
        return SaidSlotsBpf.load(BpfObjects.of("said_slots"), pins.withSlots(reuse));
    }

    private LaterSlotsBpf later() {
        return LaterSlotsBpf.load(BpfObjects.of("later_slots"), pins);
    }

    private static void count(SaidSlotsBpf bpf) {
        bpf.program("count").testRun(new byte[64]);
    }
}
