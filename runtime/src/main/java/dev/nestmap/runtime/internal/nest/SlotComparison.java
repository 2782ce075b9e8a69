/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the pins beside an outer map with its slots, and makes them agree, whatever a process has left that was killed or whose call has
 * failed: see the table of {@link NestPins}. Afterwards, each pin of an inner map refers to the map in the slot of its key, and each pin of a
 * displaced map to a map that is in no slot. {@link ForeignPins} stay where they are. The caller owns the slots, and nobody changes them meanwhile;
 * but any thread may remove the pin of a displaced map that it acknowledges.
 */
public final class SlotComparison {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final Map<Integer, List<SlotKey>> slots;
    private final Set<Integer> idsInOthers;

    /** The pins of displaced maps of other versions. */
    private final List<Path> ofOtherVersions;

    /** The ids of the maps in the slots, by the file names of the keys. */
    private final Map<String, Integer> ids = new HashMap<>();

    /** The pins of displaced maps, by the ids of their maps. */
    private final Map<Integer, Path> displaced = new HashMap<>();

    /** The files that were in the two directories. */
    private final List<Pins.Listed> seen = new ArrayList<>();

    /** The pins of displaced maps that wait. */
    private final Map<Path, FormerSlot> waiting = new TreeMap<>();

    /**
     * @param slots the slots of each inner map, by its id
     * @param idsInOthers the ids of the maps in the slots of the outer maps that are pinned beside this one
     * @param ofOtherVersions the pins of displaced maps of other versions that this process can read
     */
    SlotComparison(
            Pins pins,
            PinPaths paths,
            KeyFileNames names,
            Map<Integer, List<SlotKey>> slots,
            Set<Integer> idsInOthers,
            List<Path> ofOtherVersions) {
        this.pins = pins;
        this.paths = paths;
        this.names = names;
        this.slots = slots;
        this.idsInOthers = idsInOthers;
        this.ofOtherVersions = ofOtherVersions;
        slots.forEach((id, holders) -> holders.forEach(slot -> ids.put(names.name(slot.bytes()), id)));
    }

    /**
     * Makes the pins agree with the slots.
     *
     * @param known the displaced maps that this object knows, whose pins stay
     * @param inner the shape of inner maps; null to accept any
     * @return the pins of the other displaced maps, which wait
     */
    Map<Path, FormerSlot> run(String outer, Set<FormerSlot> known, @Nullable MapShape inner) {
        return run(outer, known, inner, pin -> false);
    }

    /** Does the same for an upgrade, which compares the pins of maps in slots when it opens them. */
    void runExceptSlots() {
        run("", Set.of(), null, pin -> ids.containsKey(String.valueOf(pin.getFileName())));
    }

    private Map<Path, FormerSlot> run(
            String outer, Set<FormerSlot> known, @Nullable MapShape inner, Predicate<Path> isComparedLater) {
        Set<Path> stale = stale(isComparedLater);
        findWaiting(outer, known, inner);
        stale.forEach(pin -> letWait(pin, outer, inner));
        return waiting;
    }

    /** The pins of displaced maps that wait. */
    public Set<Path> waiting() {
        return waiting.keySet();
    }

    /** Opens the pin of the inner map in a slot, and lets another map wait that is pinned there. Null if the map in the slot has no pin there. */
    public @Nullable RawMap open(SlotKey slot, int id) {
        Path pin = paths.inner(names.name(slot.bytes()));
        RawMap map = pins.open(pin, MapAccess.READ_WRITE);
        if (map == null || map.id() == id) {
            return map;
        }
        map.close();
        letWait(pin, "", null);
        return null;
    }

    private void letWait(Path pin, String outer, @Nullable MapShape inner) {
        Path kept = keep(pin);
        if (kept != null) {
            try (RawMap map = openIfOurs(kept, inner)) {
                FormerSlot origin = origin(pins, names, outer, kept);
                if (map != null && origin != null) {
                    waiting.put(kept, origin);
                }
            }
            WarningLog.RUNTIME.warn(
                    "replaced inner maps of " + paths.outer(),
                    ErrorTable.message("INNER_WAS_REPLACED", pin.getFileName(), paths.outer(), kept));
        }
    }

    private List<Path> list(Path directory) {
        List<Pins.Listed> files = pins.files(directory);
        seen.addAll(files);
        return files.stream().map(Pins.Listed::path).toList();
    }

    /** The files of others, which stay where they are. */
    public List<Pins.Listed> foreign() {
        Set<Path> inSlots = ids.keySet().stream().map(paths::inner).collect(Collectors.toSet());
        return seen.stream()
                .filter(file -> !waiting.containsKey(file.path()) && !inSlots.contains(file.path()))
                .filter(file -> pins.exists(file.path()))
                .toList();
    }

    /** Finishes all changes, and returns the pins whose maps are not in their slots. */
    private Set<Path> stale(Predicate<Path> isComparedLater) {
        Set<Path> stale = new TreeSet<>();
        for (Path pin : list(paths.inners())) {
            String file = String.valueOf(pin.getFileName());
            String name = PinPaths.keyOfInner(file);
            if (names.key(name).isPresent()) {
                if (!file.equals(name)) {
                    finishChange(name);
                }
                stale.add(paths.inner(name));
            }
        }
        stale.removeIf(isComparedLater.or(pin -> List.of(0, ids.getOrDefault(String.valueOf(pin.getFileName()), 0))
                .contains(idOf(pin))));
        return stale;
    }

    /**
     * Completes or undoes a change of one key.
     *
     * <p>A process of root may have been killed after it had pinned the map, and before it gave the pin to this user. It
     * had not changed the slot then. This user can't open the pin, but may remove it from its own directory; a map
     * that is in the slot stays there, and gets another pin.
     */
    private void finishChange(String name) {
        Path next = paths.nextInner(name);
        try (RawMap map = pins.open(next, MapAccess.READ_WRITE)) {
            if (map != null && map.id() == ids.getOrDefault(name, 0)) {
                pins.move(next, paths.inner(name));
                return;
            }
        } catch (BpfException e) {
            if (e.errno() != Errno.EACCES || !pins.exists(next)) {
                ForeignPins.reportIfForeign(next, e);
                return;
            }
        }
        pins.remove(next);
    }

    /** Returns the id of a pinned map; 0 if there is none, or if the file is foreign. */
    private int idOf(Path pin) {
        try (RawMap map = ForeignPins.openUnlessForeign(pins, pin)) {
            return map == null ? 0 : map.id();
        }
    }

    /**
     * Finds the pins of displaced maps, and removes those whose maps are in a slot: their process ended before it displaced them. If a
     * map has pins with both names, removes the one without the doubt: otherwise the map would be drained twice.
     */
    private void findWaiting(String outer, Set<FormerSlot> known, @Nullable MapShape inner) {
        for (Path pin : list(paths.draining())) {
            FormerSlot origin = origin(pins, names, outer, pin);
            if (origin == null) {
                reportIfForeign(pin);
            } else if (known.contains(origin)) {
                displaced.put(origin.mapId(), PinPaths.unchecked(pin));
            } else {
                try (RawMap map = openIfOurs(pin, inner)) {
                    Path unchecked = PinPaths.unchecked(pin);
                    if (map == null) {
                        continue;
                    }
                    if (isInSlot(map.id()) || (!pin.equals(unchecked) && pins.exists(unchecked))) {
                        pins.remove(pin);
                    } else {
                        waiting.put(pin, origin);
                        displaced.putIfAbsent(map.id(), pin);
                    }
                }
            }
        }
        for (Path pin : ofOtherVersions) {
            FormerSlot origin = origin(pins, names, outer, pin);
            if (origin == null) {
                reportIfForeign(pin);
            } else if (!known.contains(origin) && isInSlot(origin.mapId())) {
                pins.remove(pin);
            } else if (!known.contains(origin)) {
                waiting.put(pin, origin);
            }
        }
    }

    /** A pin that has vanished is that of a map which another thread has acknowledged. */
    private void reportIfForeign(Path pin) {
        if (names.keyOf(pin) == null) {
            ForeignPins.report(pin, "the name is not a key and an id, such as 42-17");
        }
    }

    /**
     * Opens a pin. Null if somebody removed it after the pins were listed, or if it is a foreign file. Removes a pin that a killed process of root
     * had not given to this user: see {@link #finishChange}.
     */
    private @Nullable RawMap openIfOurs(Path pin, @Nullable MapShape inner) {
        RawMap map;
        try {
            map = pins.open(pin, MapAccess.READ_WRITE);
        } catch (BpfException e) {
            if (e.errno() == Errno.EACCES && isInSlot(PinPaths.idOf(pin))) {
                pins.remove(pin);
            } else {
                ForeignPins.reportIfForeign(pin, e);
            }
            return null;
        }
        return ifInner(map, pin, inner);
    }

    /** Opens the pin of a displaced map. Null if there is none any more, or if it is a foreign file. */
    static @Nullable RawMap openInner(Pins pins, Path pin, MapShape inner) {
        return ifInner(ForeignPins.openUnlessForeign(pins, pin), pin, inner);
    }

    /** Returns the map; or closes it and returns null if it differs from the inner maps, because the pin is a foreign file. */
    private static @Nullable RawMap ifInner(@Nullable RawMap map, Path pin, @Nullable MapShape inner) {
        String difference = map == null || inner == null
                ? null
                : InnerMapCompatibility.difference(inner, map.shape()).orElse(null);
        if (map == null || difference == null) {
            return map;
        }
        map.close();
        ForeignPins.report(pin, "it differs from the inner maps: it has " + difference);
        return null;
    }

    private boolean isInSlot(int id) {
        return slots.containsKey(id) || idsInOthers.contains(id);
    }

    /**
     * Removes the pin of an inner map that somebody else has taken out of its slot, or whose outer map has lost its pin. The map waits, and programs
     * may still write to it. Returns its new pin; null if the map waits already, or is in another slot.
     */
    private @Nullable Path keep(Path pin) {
        Path kept = null;
        try (RawMap map = ForeignPins.openUnlessForeign(pins, pin)) {
            if (map == null) {
                return null;
            }
            Path former = displaced.get(map.id());
            if (former == null && !isInSlot(map.id())) {
                String name = PinPaths.keyOfInner(String.valueOf(pin.getFileName()));
                kept = paths.draining(name, map.id(), true);
                pins.pin(map, kept, paths.forWriters(), FormerSlot.now());
                displaced.put(map.id(), kept);
            } else if (former != null && !PinPaths.isUnchecked(former) && pins.exists(former)) {
                kept = PinPaths.unchecked(former);
                pins.move(former, kept);
                waiting.remove(former);
                displaced.put(map.id(), kept);
            }
        }
        pins.remove(pin);
        return kept;
    }

    /** Pins inner maps that have no pin, except those that this process may not open. */
    void pinMissing(MapFactory factory) {
        Set<Path> pinned = new HashSet<>(pins.list(paths.inners()));
        ids.forEach((name, id) -> {
            Path pin = paths.inner(name);
            if (!pinned.contains(pin)) {
                try (RawMap inner = InnerMapSampleFinder.ifAllowed(() -> factory.open(id))) {
                    if (inner != null) {
                        pins.pin(inner, pin, paths.options());
                    }
                } catch (BpfException e) {
                    ForeignPins.reportIfForeign(pin, e);
                }
            }
        });
    }

    /** Reads where the map of a draining pin was. Null if the name of the file is not a key and an id, or if there is no file by now. */
    static @Nullable FormerSlot origin(Pins pins, KeyFileNames names, String outer, Path pin) {
        byte[] key = names.keyOf(pin);
        if (key == null) {
            return null;
        }
        try {
            String directory = String.valueOf(Objects.requireNonNull(pin.getParent(), "a pin is in a directory")
                    .getFileName());
            return new FormerSlot(
                    outer,
                    ByteString.of(key),
                    PinPaths.idOf(pin),
                    pins.time(pin),
                    PinPaths.isUnchecked(pin),
                    PinNames.isGroup(directory) ? directory : "");
        } catch (BpfException e) {
            if (pins.exists(pin)) {
                throw e;
            }
            return null;
        }
    }
}
