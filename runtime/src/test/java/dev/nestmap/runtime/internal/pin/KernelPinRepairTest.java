/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyLocks;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A repair of many pins of inner maps, after another program has changed the slots, reads the slots once. */
@KernelTest
class KernelPinRepairTest extends PinningTest {
    private static final int KEYS = 60;

    private final KernelPins kernel = new KernelPins();
    private final KeyLocks locks = new KeyLocks("tenant");
    private final KeyFileNames names = new KeyFileNames(Scalar.U32);
    private final Map<String, Integer> pinned = new HashMap<>();
    private int reads;

    private PinPaths paths() {
        return new PinPaths(fs.pin("tenant"), pins, MapAccess.READ_WRITE);
    }

    private PinRepair repair() {
        return new PinRepair(new ClaimedPin(kernel, paths()), names);
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

    private Supplier<Set<Integer>> inSlots(Set<Integer> ids) {
        return () -> {
            reads++;
            return Set.copyOf(ids);
        };
    }

    /** A third of the maps is at its key, a third at another key, and a third in no slot. */
    @Test
    void readsAllSlotsOnce() throws IOException {
        Set<Integer> inSlots = new HashSet<>();
        List<String> expected = new ArrayList<>();
        pinned.forEach((key, id) -> {
            int third = Integer.parseInt(key) % 3;
            if (third == 0) {
                expected.add("tenant-inner/" + key);
            } else if (third == 1) {
                expected.add("tenant-draining/" + key + "-" + Integer.toUnsignedString(id) + "-unchecked");
            }
            if (third != 1) {
                inSlots.add(id);
            }
        });
        ToIntFunction<SlotKey> current = slot -> {
            String key = names.name(slot.bytes());
            return Integer.parseInt(key) % 3 == 0 ? Objects.requireNonNull(pinned.get(key)) : 0;
        };

        repair().removeStale(locks, current, inSlots(inSlots));
        assertThat(reads).isEqualTo(1);
        repair().removeStale(locks, current, inSlots(inSlots));
        assertThat(reads).as("nothing is left").isEqualTo(1);

        assertThat(fs.content()).filteredOn(file -> file.contains("/")).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** A change of many slots finishes changes of ended processes at their keys. */
    @Test
    void aChangeOfManySlotsReadsThemOnce() {
        List<SlotKey> all = pinned.keySet().stream()
                .map(name -> new SlotKey(name, names.key(name).orElseThrow()))
                .toList();
        repair().removeStale(all, slot -> 0, inSlots(Set.of()), false);
        assertThat(reads).isEqualTo(1);
        assertThat(kernel.list(paths().draining())).hasSize(KEYS);
        assertThat(kernel.list(paths().inners())).isEmpty();
    }

    /**
     * A thread puts the displaced map of a key into another slot, and then removes its pin. If the slots were read before, the map would be kept,
     * and drained twice.
     */
    @Test
    void readsTheSlotsAfterItHasLookedForDisplacedMaps() {
        int displaced = Objects.requireNonNull(pinned.get("7"));
        Path pin = paths().draining("7", displaced, false);
        try (RawMap map = Objects.requireNonNull(kernel.open(paths().inner("7"), MapAccess.READ_WRITE))) {
            kernel.pin(map, pin, pins);
        }
        Set<Integer> inSlots = new HashSet<>();
        AtomicInteger looks = new AtomicInteger();
        repair().removeStale(
                        locks,
                        slot -> {
                            if (names.name(slot.bytes()).equals("7")
                                    && looks.incrementAndGet() == 2) { // it has locked the keys
                                inSlots.add(displaced);
                                kernel.remove(pin);
                            }
                            return 0;
                        },
                        inSlots(inSlots));
        assertThat(looks).hasValue(2);
        assertThat(kernel.list(paths().draining()))
                .hasSize(KEYS - 1)
                .noneMatch(left -> String.valueOf(left.getFileName()).startsWith("7-"));
    }

    /** Another program takes a map out of two slots. One key is repaired alone first: a change of its slot does that. */
    @Test
    void keepsAMapOfTwoKeysOnce() {
        int shared = Objects.requireNonNull(pinned.get("1"));
        kernel.remove(paths().inner("2"));
        try (RawMap map = Objects.requireNonNull(kernel.open(paths().inner("1"), MapAccess.READ_WRITE))) {
            kernel.pin(map, paths().inner("2"), pins);
            kernel.remove(paths().inner("3"));
            kernel.pin(map, paths().inner("3"), pins);
        }
        List<SlotKey> first = List.of(new SlotKey("3", names.key("3").orElseThrow()));
        repair().removeStale(first, slot -> 0, inSlots(Set.of()), false);
        repair().removeStale(locks, slot -> 0, inSlots(Set.of()));

        assertThat(kernel.list(paths().draining()))
                .filteredOn(pin -> PinPaths.idOf(pin) == shared)
                .hasSize(1);
        assertThat(kernel.list(paths().inners())).isEmpty();
    }
}
