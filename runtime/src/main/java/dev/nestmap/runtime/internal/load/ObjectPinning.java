/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder.Found;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.Upgrade;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.WaitingGroups;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The pins of a load: the pins that records declare, and the {@link AutoPinning}. */
final class ObjectPinning {

    private final ExistingMapFinder ofRecords;
    private final Function<DeclaredPin, ClaimedPin> claims;
    private final Upgrade upgrade;
    private final Map<String, DeclaredPin> declared = new LinkedHashMap<>();
    private final AutoPinning autoPins;
    private final Map<String, NestPins> beside = new HashMap<>();
    private final Map<String, WaitingGroups> plain = new HashMap<>();
    private final Set<String> uncompared = new HashSet<>();

    /** Where the maps were found. A pin keeps its place if its generation is published. */
    private final Map<String, Object> places = new ConcurrentHashMap<>();

    /**
     * @param operation names the load in messages
     * @param ofRecords the maps that records declare, or those of an object without records
     * @param completed the maps of the object, completed from the records
     * @param claims returns the load's claim of a pin
     * @param upgrade says where maps are pinned
     */
    ObjectPinning(
            String operation,
            LoadSettings settings,
            ExistingMapFinder ofRecords,
            Schema completed,
            Function<DeclaredPin, ClaimedPin> claims,
            Upgrade upgrade) {
        this.ofRecords = ofRecords;
        this.claims = claims;
        this.upgrade = upgrade;
        withGenerated(settings.pins(), ofRecords.schema()).keySet().forEach(pin -> declared.put(pin.map(), pin));
        declared.keySet()
                .forEach(map -> completed.map(map).ifPresent(outer -> InitialSlots.requireNone(operation, outer)));
        this.autoPins = new AutoPinning(operation, settings, ofRecords.of(completed), declared.keySet());
    }

    /**
     * Adds the pins of the maps that Nestmap generates for outer maps and streams, so that their counts outlive the process.
     *
     * @return for each pin the declared one that it belongs to
     */
    static Map<DeclaredPin, DeclaredPin> withGenerated(List<DeclaredPin> pins, Schema schema) {
        Map<DeclaredPin, DeclaredPin> all = new LinkedHashMap<>();
        for (DeclaredPin pin : pins) {
            all.put(pin, pin);
            MapDef map = BackendOperations.definition(schema, pin.map());
            KeyRequestMaps.in(schema, map)
                    .map(onDemand -> new DeclaredPin(onDemand.requests().name(), pin.pin() + PinNames.REQUESTS, true))
                    .ifPresent(requests -> all.put(requests, pin));
            UncountedMap.in(schema, map)
                    .map(counts -> new DeclaredPin(counts.name(), pin.pin() + PinNames.UNCOUNTED, false))
                    .ifPresent(counts -> all.put(counts, pin));
            LostEventMap.in(schema, map)
                    .map(counts -> new DeclaredPin(counts.name(), pin.pin() + PinNames.LOST_EVENTS, false))
                    .ifPresent(counts -> all.put(counts, pin));
        }
        return all;
    }

    /**
     * Adds the maps that are pinned already, or that an upgrade has prepared, to the plan, in place of the object's own.
     *
     * @throws BpfException if a pinned map differs from its record or from the object's
     */
    void reuse(LoadPlan plan) {
        declared.values().forEach(pin -> reuseAtDeclaredPin(pin, plan));
        uncompared.addAll(autoPins.reuse(plan));
    }

    private void reuseAtDeclaredPin(DeclaredPin pin, LoadPlan plan) {
        MapDef definition = definition(pin);
        Found same = upgrade.takeSame(pin);
        Found found = same == null ? ofRecords.find(definition, place(pin)) : same;
        if (found != null) {
            plan.reused().put(pin.map(), found.map()); // the plan closes it
            if (found.place() != null) {
                places.put(pin.map(), found.place());
            }
            if (!found.isLayoutCompared()) {
                uncompared.add(pin.map());
            }
        }
        NestPins outerPins = NestPins.of(definition, claims.apply(pin), pin.inners(), upgrade.versions(pin));
        if (outerPins != null) {
            beside.put(pin.map(), outerPins);
        } else if (definition.role() == MapRole.PLAIN) {
            ClaimedPin claimed = claims.apply(pin);
            plain.put(pin.map(), new WaitingGroups(claimed.pins(), claimed.paths(), upgrade.versions(pin)));
        }
    }

    /** Where the map is pinned now, or will be. */
    private PinPaths place(DeclaredPin pin) {
        return upgrade.place(pin.map(), claims.apply(pin).paths());
    }

    /** Whether the map with this name is pinned, or will be. */
    boolean isPinned(String map) {
        return declared.containsKey(map) || autoPins.pinned().contains(map);
    }

    /** The pins that the object declares. */
    AutoPinning autoPins() {
        return autoPins;
    }

    /** The pins beside the pins of outer maps, by the names of these maps. */
    Map<String, NestPins> beside() {
        return beside;
    }

    /** The maps of other versions that wait beside the pins of plain maps, by the names of these maps. */
    Map<String, WaitingGroups> plain() {
        return plain;
    }

    /**
     * Names of the maps whose layout of entries was not compared with their records: the object's own map, or the pinned map in its place.
     *
     * @param own those of the object's own maps
     */
    Set<String> uncompared(Set<String> own) {
        uncompared.addAll(own);
        return uncompared;
    }

    /**
     * Pins the new maps in the next generations of their sets.
     *
     * @param operation names the load in messages
     * @param reused names of the maps that existed before the load
     */
    void pin(String operation, ObjectBackend backend, Set<String> reused) {
        for (DeclaredPin pin : declared.values()) {
            if (!reused.contains(pin.map())) {
                ClaimedPin claimed = claims.apply(pin);
                PinPaths place = place(pin);
                if (place.equals(claimed.paths())) { // the load found all pins, so it has begun no generation
                    throw replaced(operation, pin.map(), claimed.paths().user());
                }
                new MapPins(ofRecords, definition(pin), claimed.paths()).pin(map(pin, backend), place);
            }
        }
        autoPins.pin(backend);
    }

    /** Shares the ownership of the slots that the load has acquired, so that the pinned outer maps keep it after the load. */
    void own(ObjectBackend backend) {
        for (DeclaredPin pin : declared.values()) {
            NestPins nest = beside.get(pin.map());
            if (nest != null && claims.apply(pin).claim().isHeld()) {
                nest.acquireOwnership(map(pin, backend), places.get(pin.map()));
            }
        }
    }

    /** Gives up the claims that changes of slots took during the load, so that whoever changes a slot first owns the pins. */
    void giveUp() {
        beside.values().forEach(NestPins::giveUp);
    }

    /** Throws if another map is pinned at a path now, because the object's programs use the one that was pinned there before. */
    void requirePinned(String operation, ObjectBackend backend) {
        Pins pins = ofRecords.pins();
        for (DeclaredPin pin : declared.values()) {
            Path path = place(pin).outer();
            Object found = pins.place(path);
            if (found == null || !found.equals(places.get(pin.map()))) {
                if (found == null || !pins.isPinned(map(pin, backend), path)) {
                    throw replaced(
                            operation, pin.map(), claims.apply(pin).paths().user());
                }
                places.put(pin.map(), found);
            }
        }
    }

    /**
     * Throws while another process, or another object, creates or replaces the maps at the declared pins: it has looked for programs that use them, and
     * may take the maps away again. Called by whoever has loaded its program already, and before {@link #requirePinned}.
     */
    void requireOpen(String operation) {
        for (DeclaredPin pin : declared.values()) {
            ClaimedPin claimed = claims.apply(pin);
            if (!claimed.claim().isHeld() && claimed.isClosed() && !claimed.tidy()) {
                throw BpfException.of(Errno.EAGAIN.number(), operation)
                        .map(pin.map())
                        .because(ErrorTable.message(
                                "MAPS_ARE_BEING_REPLACED",
                                claimed.claim().owner(),
                                claimed.paths().closed()));
            }
        }
    }

    static BpfException replaced(String operation, String map, Path path) {
        return BpfException.of(Reason.BUSY, operation)
                .map(map)
                .because(
                        "the programs use a map that is not pinned at " + path
                                + " any more. Perhaps another process has upgraded it, or removed the pin: load the object again");
    }

    private static RawMap map(DeclaredPin pin, ObjectBackend backend) {
        return Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
    }

    private MapDef definition(DeclaredPin pin) {
        return BackendOperations.definition(ofRecords.schema(), pin.map());
    }
}
