/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A comparison of the slots with many pins, after another program has changed the slots or a process was killed. */
@KernelTest
class KernelSlotComparisonTest extends PinningTest {
    private static final int KEYS = 60;

    private final KernelPins kernel = new KernelPins();
    private final KeyFileNames names = new KeyFileNames(Scalar.U32);
    private final Map<String, Integer> pinned = new HashMap<>();
    private final Map<Integer, List<SlotKey>> slots = new HashMap<>();

    private PinPaths paths() {
        return new PinPaths(fs.pin("tenant"), pins, MapAccess.READ_WRITE);
    }

    private Map<Path, FormerSlot> compare(FormerSlot... known) {
        SlotComparison comparison = new SlotComparison(kernel, paths(), names, slots, Set.of(), List.of());
        return comparison.run("tenant", Set.of(known), null);
    }

    @BeforeEach
    void pinInnerMaps() {
        MapShape shape = new MapShape("flows", MapKind.HASH, Integer.BYTES, Long.BYTES, 4, 0);
        for (int key = 0; key < KEYS; key++) {
            try (RawMap map = new KernelMapFactory().create(shape, null)) {
                kernel.pin(map, paths().inner("" + key), pins);
                pinned.put("" + key, map.id());
            }
        }
    }

    private void putInto(int key, int id) {
        slots.computeIfAbsent(id, any -> new ArrayList<>())
                .add(new SlotKey(key, names.key("" + key).orElseThrow()));
    }

    private int id(int key) {
        return Objects.requireNonNull(pinned.get("" + key));
    }

    private void copyPin(int key, Path to) {
        try (RawMap map = Objects.requireNonNull(kernel.open(paths().inner("" + key), MapAccess.READ_WRITE))) {
            kernel.pin(map, to, pins);
        }
    }

    private void putAll() {
        for (int key = 0; key < KEYS; key++) {
            putInto(key, id(key));
        }
    }

    /** A third of the maps is at its key, a third at another key, and a third in no slot. */
    @Test
    void readsTheOtherSlotsOnce() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            if (key % 3 == 0) {
                putInto(key, id(key));
                expected.add("tenant-inner/" + key);
            } else if (key % 3 == 1) {
                putInto(KEYS + key, id(key));
            } else {
                expected.add("tenant-draining/" + key + "-" + Integer.toUnsignedString(id(key)) + "-unchecked");
            }
        }

        assertThat(compare())
                .hasSize(KEYS / 3)
                .allSatisfy((pin, origin) -> assertThat(origin.isUnchecked()).isTrue());
        assertThat(compare()).as("maps that wait").hasSize(KEYS / 3);

        assertThat(fs.content()).filteredOn(file -> file.contains("/")).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Another program takes a map out of two slots. */
    @Test
    void keepsAMapOfTwoKeysOnce() {
        kernel.remove(paths().inner("2"));
        copyPin(1, paths().inner("2"));

        compare();

        assertThat(kernel.list(paths().draining()))
                .filteredOn(pin -> PinPaths.idOf(pin) == id(1))
                .hasSize(1);
        assertThat(kernel.list(paths().inners())).isEmpty();
    }

    /** A process was killed before it changed slot 1 to map 2, after it changed slot 3, and after it removed map 5. */
    @Test
    void finishesEachChange() {
        putAll();
        copyPin(2, paths().nextInner("1"));
        kernel.move(paths().inner("3"), paths().nextInner("3"));
        kernel.move(paths().inner("5"), paths().nextInner("5"));
        slots.remove(id(5));

        assertThat(compare()).isEmpty();

        assertThat(kernel.list(paths().inners())).hasSize(KEYS - 1).doesNotContain(paths().inner("5"));
        try (RawMap first = Objects.requireNonNull(kernel.open(paths().inner("1"), MapAccess.READ_ONLY))) {
            assertThat(first.id()).isEqualTo(id(1));
        }
        assertThat(kernel.list(paths().draining())).isEmpty();
    }

    /** The pins of displaced maps: of one that is in its slot, of one that waits, and of one that this object knows. */
    @Test
    void findsTheMapsThatWait() {
        putAll();
        slots.remove(id(7));
        slots.remove(id(8));
        for (int key = 6; key < 9; key++) {
            copyPin(key, paths().draining("" + key, id(key), false));
        }
        kernel.remove(paths().inner("7"));
        kernel.remove(paths().inner("8"));
        Map<Path, FormerSlot> first = compare();
        Path seventh = paths().draining("7", id(7), false);
        Path eighth = paths().draining("8", id(8), false);

        assertThat(first).containsOnlyKeys(seventh, eighth);
        assertThat(compare(Objects.requireNonNull(first.get(seventh)))).containsOnlyKeys(eighth);
        assertThat(kernel.list(paths().draining())).containsExactlyInAnyOrder(seventh, eighth);
    }
}
