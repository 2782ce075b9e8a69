/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

    /** The inner maps in slots. */
    private final Set<Integer> slotted = new HashSet<>();

    /** The ids of the outer maps that were read. */
    private final Set<Integer> known = new HashSet<>();

    private SharedInnerMapCheck() {}

    /**
     * Throws if another outer map holds an inner map of one of these outer maps. Displaced maps are compared only with outer maps that are
     * pinned beside theirs: after an upgrade, an old program or reader may keep the previous outer map alive, which nobody drains.
     *
     * @param outers the pins of the outer maps
     */
    static void requireUnshared(List<Path> outers) {
        SharedInnerMapCheck check = new SharedInnerMapCheck();
        for (Path pin : outers) {
            try (UntypedMap.Owned outer = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
                if (outer != null && check.known.add(outer.id())) {
                    Set<Integer> inners = OuterSlot.ids(outer);
                    check.slotted.addAll(inners);
                    PinFile.DRAINING.withGroups(pin).forEach(directory -> inners.addAll(displaced(directory)));
                    check.add(inners, SafeText.visible(pin.toString()));
                }
            }
        }
        outers.stream()
                .map(pin -> Objects.requireNonNull(pin.getParent(), "a pin is in a directory"))
                .distinct()
                .forEach(directory -> check.requireUnsharedBeside(directory, outers));
        TargetMapFinder.forAll(
                map -> map.isMapOfMaps() && check.known.add(map.id()),
                other -> {
                    Set<Integer> inners = OuterSlot.ids(other);
                    inners.retainAll(check.slotted);
                    check.requireAbsent(
                            inners,
                            "outer map " + SafeText.visible(other.name()) + " (id "
                                    + Integer.toUnsignedString(other.id()) + ")");
                },
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
            if (other != null && !isReadOnlyToPrograms(inner)) {
                throw new CommandFailedException(
                        "inner map " + Integer.toUnsignedString(inner) + " is in " + other + " and in " + outer
                                + ", so its counts would be saved twice; nothing was changed. Start the service, and take the map out of all but"
                                + " one outer map (expert().unchecked().takeAll)");
            }
        }
    }

    /** Such settings may be in several outer maps, and nobody counts in them. */
    private static boolean isReadOnlyToPrograms(int inner) {
        try (UntypedMap.Owned map = UntypedMap.open(inner)) {
            return map != null && (map.flags() & MapFlags.RDONLY_PROG) != 0;
        } catch (BpfException e) {
            return false;
        }
    }

    private void requireUnsharedBeside(Path directory, List<Path> outers) {
        for (Path file : PinDirectory.list(directory)) {
            Path pin = PinFile.DRAINING.pinOf(file);
            if (pin != null && !outers.contains(pin)) {
                requireAbsent(displaced(file), SafeText.visible(pin.toString()));
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !outers.contains(file)) {
                requireAbsent(slots(file), SafeText.visible(file.toString()));
            }
        }
    }

    /** The inner maps in the slots of a pinned outer map that was not read before. */
    private Set<Integer> slots(Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            return map != null && map.isMapOfMaps() && known.add(map.id()) ? OuterSlot.ids(map) : Set.of();
        } catch (BpfException e) {
            return Set.of(); // no map, or one that this process can't drain either
        }
    }

    private static Set<Integer> displaced(Path directory) {
        Set<Integer> inners = new HashSet<>();
        for (Path file : PinFile.mapsIn(directory)) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                continue; // of another user: see PinFiles.hasPins
            }
            try (UntypedMap.Owned map = UntypedMap.openPinned(file, MapAccess.READ_ONLY)) {
                if (map != null) {
                    inners.add(map.id());
                }
            }
        }
        return inners;
    }
}
