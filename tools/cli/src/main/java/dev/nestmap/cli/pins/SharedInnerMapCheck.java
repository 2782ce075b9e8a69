/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Finds inner maps that two outer maps hold, in a slot or displaced. Each drain would save the counts of such a map, and programs may count in
 * it through the other outer map meanwhile. The runtime sees only the slots of one outer map.
 */
final class SharedInnerMapCheck {
    /** The place of each inner map, by the kernel's id. */
    private final Map<Integer, String> places = new HashMap<>();

    private SharedInnerMapCheck() {}

    /**
     * Throws if another outer map of the kernel holds an inner map of one of these outer maps.
     *
     * @param outers the pins of the outer maps
     */
    static void requireUnshared(List<Path> outers) {
        SharedInnerMapCheck check = new SharedInnerMapCheck();
        Set<Integer> known = new HashSet<>();
        for (Path pin : outers) {
            try (UntypedMap.Owned outer = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
                if (outer != null && known.add(outer.id())) {
                    Set<Integer> inners = OuterSlot.ids(outer);
                    inners.addAll(displaced(PinFile.DRAINING.of(pin)));
                    check.add(inners, SafeText.visible(pin.toString()));
                }
            }
        }
        outers.stream()
                .map(pin -> Objects.requireNonNull(pin.getParent(), "a pin is in a directory"))
                .distinct()
                .forEach(directory -> check.requireNotWaiting(directory, outers));
        TargetMapFinder.forAll(
                map -> map.isMapOfMaps() && known.add(map.id()),
                other -> check.requireAbsent(
                        OuterSlot.ids(other),
                        "outer map " + SafeText.visible(other.name()) + " (id " + Integer.toUnsignedString(other.id())
                                + ")"),
                problem -> {});
    }

    /** Adds inner maps that will be saved. */
    private void add(Set<Integer> inners, String outer) {
        requireAbsent(inners, outer);
        inners.forEach(inner -> places.put(inner, outer));
    }

    /** Other outer maps may share their inner maps with each other. */
    private void requireAbsent(Set<Integer> inners, String outer) {
        for (int inner : inners) {
            String other = places.get(inner);
            if (other != null) {
                throw new CommandFailedException(
                        "inner map " + Integer.toUnsignedString(inner) + " is in " + other + " and in " + outer
                                + ", so its counts would be saved twice; nothing was changed. Start the service, and take the map out of all but"
                                + " one outer map (take, or drainLast)");
            }
        }
    }

    /** Displaced maps are in no slot: only a pin beside another outer map in the same directory shows them. */
    private void requireNotWaiting(Path directory, List<Path> outers) {
        String[] files = directory.toFile().list();
        for (String file : files == null ? new String[0] : files) {
            Path pin = PinFile.DRAINING.pinOf(directory.resolve(file));
            if (pin != null && !outers.contains(pin)) {
                requireAbsent(displaced(PinFile.DRAINING.of(pin)), SafeText.visible(pin.toString()));
            }
        }
    }

    private static Set<Integer> displaced(Path directory) {
        Set<Integer> inners = new HashSet<>();
        String[] files = directory.toFile().list();
        for (String file : files == null ? new String[0] : files) {
            try (UntypedMap.Owned map = UntypedMap.openPinned(directory.resolve(file), MapAccess.READ_ONLY)) {
                if (map != null) {
                    inners.add(map.id());
                }
            }
        }
        return inners;
    }
}
