/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.tests.maptypes.Rings.Drained;
import dev.nestmap.tests.maptypes.Rings.PlainCommand;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HeapRingsTest {
    @Test
    void reportsThatRingBuffersNeedAKernel() {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            RingsBpf.EventMap events = rings.eventsBy().create(1);

            assertThatThrownBy(events::poll)
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("the map is in memory, and a RINGBUF only works in the kernel");
            assertThatThrownBy(() -> rings.plainCommand().offer(new PlainCommand(1)))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("USER_RINGBUF only works in the kernel");
        }
    }

    @Test
    void otherMapsOfTheObjectWork() {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            rings.drained().put(new Drained(0, 1, 2));
            rings.eventsAt().create(1);
            Objects.requireNonNull(rings.eventsAt().rotate(1)).close();

            assertThat(rings.drained().get(0)).isEqualTo(new Drained(0, 1, 2));
            assertThat(rings.eventsAt().keys()).containsExactly(1);
        }
    }
}
