/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.maptypes.FullMaps.Both;
import dev.nestmap.tests.maptypes.FullMaps.Flow;
import dev.nestmap.tests.maptypes.FullMaps.Port;
import dev.nestmap.tests.maptypes.FullMaps.Recent;
import dev.nestmap.tests.observed.RecordedOperations;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** In memory, what Java code in place of a program can't add to a full inner map is counted as by the helpers. */
class HeapFullMapsTest {
    @Test
    void refusalsAreKnownBeforeTheMapIsRead() {
        try (RecordedOperations recorded = new RecordedOperations();
                LogRecords log = LogRecords.of("dev.nestmap.runtime");
                FullMapsBpf bpf = FullMapsBpf.inMemory()) {
            bpf.tenant().create(1L);
            bpf.tenant().create(2L).put(new Flow(7, 1)); // by the service
            assertThat(add(bpf, 6)).isEqualTo(2);

            bpf.tenant().drainAll(displaced -> {
                assertThat(displaced.refused()).isEqualTo(displaced.key() == 1 ? 2 : 0);
                assertThat(displaced.doubts()).isEqualTo(displaced.key() == 1 ? Set.of(Doubt.FULL) : Set.of());
            });
            assertThat(bpf.tenant().uncounted()).isEqualTo(new Uncounted("tenant", 2, 0, 0));
            assertThat(recorded.uncounted()).containsExactly(new Uncounted("tenant", 2, 0, 0));
            assertThat(log.messages())
                    .filteredOn(text -> text.contains("inner maps of tenant have refused 2 additions"))
                    .hasSize(1);

            assertThat(add(bpf, 4)).isZero();
            assertThat(bpf.tenant()
                            .drainAll(
                                    displaced -> assertThat(displaced.isExact()).isTrue()))
                    .isEqualTo(1);
            assertThat(recorded.uncounted()).hasSize(1);
        }
    }

    /** An array always has all its entries. An LRU map that is full may have evicted some. */
    @Test
    void listenersLearnTheRoomOfMapsThatLoseEntriesWhenFull() {
        try (RecordedOperations recorded = new RecordedOperations();
                FullMapsBpf bpf = FullMapsBpf.inMemory()) {
            bpf.tenant().create(1L).put(new Flow(7, 1));
            bpf.evicting().create(1L).put(new Recent(7, 1));
            bpf.listed().create(1L).put(new Port(3, 1));
            bpf.tenant().drainAll(displaced -> displaced.map().forEach(flow -> {}));
            bpf.evicting().drainAll(displaced -> displaced.map().forEach(recent -> {}));
            bpf.listed().drainAll(displaced -> displaced.map().forEach(port -> {}));

            assertThat(recorded.acknowledged())
                    .extracting(map -> map.map() + " " + map.entries() + " of " + map.maxEntries())
                    .containsExactly("tenant 1 of 4", "evicting 1 of 4", "listed 4 of 0");
        }
    }

    /** The map in the slot of one outer map refuses, and not the one of the other. */
    @Test
    void outerMapsWithTheSameInnerMapsHaveTheirOwnNumbers() {
        try (FullMapsBpf bpf = FullMapsBpf.inMemory()) {
            bpf.ingress().create(1L);
            bpf.egress().create(1L);
            MemoryProgram.define(bpf, "fill", (packet, context) -> {
                for (int i = 0; i < 5; i++) {
                    put(() -> Objects.requireNonNull(bpf.egress().get(1)).put(new Both(1, 1)));
                }
                for (int i = 0; i < 5; i++) {
                    int id = i;
                    put(() -> Objects.requireNonNull(bpf.egress().get(1)).put(new Both(id, 1)));
                }
                return 0;
            });
            bpf.program("fill").testRun(new byte[64]);

            assertThat(Objects.requireNonNull(bpf.egress().uncounted()).refused())
                    .isEqualTo(1);
            assertThat(Objects.requireNonNull(bpf.ingress().uncounted()).refused())
                    .isZero();
        }
    }

    /** Adds flows to the map of tenant 1. Returns how many it refuses. */
    private static int add(FullMapsBpf bpf, int flows) {
        MemoryProgram.define(bpf, "fill", (packet, context) -> {
            int refused = 0;
            for (int flow = 0; flow < flows; flow++) {
                long id = flow;
                refused += put(() -> Objects.requireNonNull(bpf.tenant().get(1)).put(new Flow(id, 1)));
            }
            return refused;
        });
        return bpf.program("fill").testRun(new byte[64]).returnValue();
    }

    private static int put(Runnable addition) {
        try {
            addition.run();
            return 0;
        } catch (BpfException e) {
            return 1;
        }
    }
}
