/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lost inserts are known for each inner map, or called unknown. */
class LostInsertTableTest {
    private final RawMap counts =
            new HeapMapFactory().create(new MapShape("hit_lost", MapKind.HASH, Integer.BYTES, Long.BYTES, 2, 0), null);
    private final LostInsertTable table = new LostInsertTable(new OpenMap("hit_lost", counts));

    @AfterEach
    void close() {
        counts.close();
    }

    @Test
    void aMapWithoutCountHasLostNothing() {
        assertThat(table.of(7)).isEqualTo(0);
    }

    @Test
    void aTableThatWasNeverFullLacksNoCount() {
        RawSlots.putEntry(counts, 0, 0);

        assertThat(table.of(9)).isEqualTo(0);
    }

    @Test
    void readsAndRemovesTheCountOfAMap() {
        RawSlots.putEntry(counts, 7, 3);

        assertThat(table.of(7)).isEqualTo(3);
        table.forget(7);
        assertThat(table.of(7)).isEqualTo(0);
    }

    /** Programs count in entry 0 for maps that get no entry. Later, another entry may leave. */
    @Test
    void theCountOfAMapThatAFullTableLackedIsUnknown() {
        RawSlots.putEntry(counts, 0, 5);
        RawSlots.putEntry(counts, 7, 3);

        assertThat(table.of(9)).isNull();
        table.forget(7);
        assertThat(table.of(9)).isNull();
    }

    @Test
    void aMapWithACountKeepsItAfterOthersGotNone() {
        RawSlots.putEntry(counts, 0, 5);
        RawSlots.putEntry(counts, 7, 3);

        assertThat(table.of(7)).isEqualTo(3);
    }

    /** A program may lose the first event at any moment, and two reads would differ. */
    @Test
    void readsTheOnlyCountOfAStreamOnce() {
        RawMap one = new HeapMapFactory()
                .create(new MapShape("opened_lost", MapKind.ARRAY, Integer.BYTES, Long.BYTES, 1, 0), null);
        RawMap losing = (RawMap) Proxy.newProxyInstance(
                RawMap.class.getClassLoader(), new Class<?>[] {RawMap.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(one, arguments);
                    if (method.getName().equals("lookup")) {
                        RawSlots.putEntry(one, 0, 1);
                    }
                    return result;
                });
        LostInsertTable events = new LostInsertTable(new OpenMap("opened_lost", losing));

        assertThat(events.ofStream()).isZero();
        assertThat(events.ofStream()).isEqualTo(1);
        one.close();
    }
}
