/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapCheck.Verdict;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder.Found;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.existing.UsedPins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.Upgrade;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.NestPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.pin.AutoPins.Outcome;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The pins of one attempt to load an object: the pins that records declare, and the auto-pins that the object declares. Nestmap, not libbpf,
 * creates the auto-pins, so that a failed load removes them, and so that reused maps are compared with the object as far as the kernel
 * reports their types.
 */
final class ObjectPinning {

    private final String operation;
    private final ExistingMapFinder ofRecords;
    private final ExistingMapFinder ofObject;
    private final AutoPins choice;
    private final PinOptions options;
    private final DeclaredSlotFiller slots;
    private final Function<DeclaredPin, ClaimedPin> claims;
    private final Upgrade upgrade;
    private final Map<String, DeclaredPin> declared = new LinkedHashMap<>();
    private final List<ExistingMapFinder.DeclaredMap> ofUser;
    private final Map<String, AutoPins.Result> autoPins = new LinkedHashMap<>();
    private final Map<String, NestPins> beside = new HashMap<>();
    private final Set<String> uncompared = new HashSet<>();
    private boolean pinnedMeanwhile;

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
            DeclaredSlotFiller slots,
            Function<DeclaredPin, ClaimedPin> claims,
            Upgrade upgrade) {
        this.operation = operation;
        this.ofRecords = ofRecords;
        this.ofObject = ofRecords.of(completed);
        this.choice = settings.autoPins();
        this.options = settings.pinOptions();
        this.slots = slots;
        this.claims = claims;
        this.upgrade = upgrade;
        withGenerated(settings.pins(), ofRecords.schema()).forEach(pin -> declared.put(pin.map(), pin));
        this.ofUser = settings.pins().stream()
                .map(pin -> new ExistingMapFinder.DeclaredMap(
                        definition(pin), claims.apply(pin).paths()))
                .toList();
        completed.maps().stream()
                .filter(ObjectPinning::isAutoPinned)
                .map(MapDef::name)
                .forEach(map -> autoPins.put(map, autoPin(map)));
    }

    /** Whether an object declares a pin of this map. */
    static boolean isAutoPinned(MapDef map) {
        return map.pinnedByName() && map.role() != MapRole.INNER;
    }

    private AutoPins.Result autoPin(String map) {
        DeclaredPin pin = declared.get(map);
        return pin == null
                ? new AutoPins.Result(map, choice.path(map, options), Outcome.IGNORED)
                : new AutoPins.Result(map, pin.path(options), Outcome.PINNED);
    }

    /**
     * Adds the pins of the maps that Nestmap generates for outer maps and streams, so that their counts outlive the process. Outer maps with the
     * same inner maps share the map of the lost inserts, which is pinned beside the first of them.
     */
    static List<DeclaredPin> withGenerated(List<DeclaredPin> pins, Schema schema) {
        List<DeclaredPin> all = new ArrayList<>();
        for (DeclaredPin pin : pins) {
            all.add(pin);
            KeyRequestMaps.in(schema, BackendOperations.definition(schema, pin.map()))
                    .ifPresent(onDemand -> {
                        all.add(new DeclaredPin(onDemand.requests().name(), pin.pin() + PinNames.REQUESTS, true));
                    });
            UncountedMap.in(schema, BackendOperations.definition(schema, pin.map()))
                    .ifPresent(
                            counts -> all.add(new DeclaredPin(counts.name(), pin.pin() + PinNames.UNCOUNTED, false)));
            lostInserts(schema, pin)
                    .filter(counts ->
                            all.stream().noneMatch(other -> other.map().equals(counts.map())))
                    .ifPresent(all::add);
        }
        return all;
    }

    private static Optional<DeclaredPin> lostInserts(Schema schema, DeclaredPin pin) {
        MapDef map = BackendOperations.definition(schema, pin.map());
        return LostInsertMap.in(schema, map.role() == MapRole.OUTER ? schema.innerOf(map) : map)
                .map(counts -> new DeclaredPin(counts.name(), pin.pin() + PinNames.LOST_INSERTS, false));
    }

    /**
     * Adds the maps that are pinned already, or that a migration has prepared, to the plan, in place of the object's own.
     *
     * @throws BpfException if a pinned map differs from its record or from the object's
     */
    void reuse(LoadPlan plan) {
        declared.values().forEach(pin -> reuseAtDeclaredPin(pin, plan));
        Map<String, RawMap> reused = new LinkedHashMap<>();
        autoPins.replaceAll((map, pin) -> {
            if (!declared.containsKey(map) && choice.arePinned()) {
                return reuseAtAutoPin(pin, plan, reused);
            }
            return plan.reused().containsKey(map) ? with(pin, Outcome.REUSED) : pin;
        });
        reused.forEach((map, raw) ->
                slots.reuse(BackendOperations.definition(slots.declared(), map), raw, null, ofObject.factory(), plan));
    }

    private void reuseAtDeclaredPin(DeclaredPin pin, LoadPlan plan) {
        MapDef definition = definition(pin);
        ClaimedPin claimed = claims.apply(pin);
        PinPaths paths = place(pin);
        Found found = ofRecords.find(definition, paths, ofUser);
        if (found != null) {
            plan.reused().put(pin.map(), found.map()); // the plan closes it
        }
        NestPins outerPins = NestPins.of(definition, claimed, pin.inners());
        if (outerPins != null) {
            beside.put(pin.map(), outerPins);
        }
        if (found != null) {
            if (!found.isLayoutCompared()) {
                uncompared.add(pin.map());
            }
            NestPins ofSlots =
                    NestPins.of(definition, new ClaimedPin(claimed.pins(), paths), pin.inners()); // acquires nothing
            slots.reuse(definition, found.map(), ofSlots, ofRecords.factory(), plan);
        }
    }

    /** Where the map is pinned now, or will be. */
    private PinPaths place(DeclaredPin pin) {
        return upgrade.place(ofRecords.pins(), pin.map(), claims.apply(pin).paths());
    }

    private AutoPins.Result reuseAtAutoPin(AutoPins.Result pin, LoadPlan plan, Map<String, RawMap> reused) {
        MapDef map = ofObject.schema().map(pin.map()).orElseThrow();
        PinPaths paths = PinPaths.of(pin.path(), options, MapAccess.READ_ONLY, ofObject.pins());
        RawMap raw = PinFormat.open(ofObject.pins(), paths.outer(), MapAccess.READ_WRITE);
        if (raw == null) {
            return with(pin, Outcome.PINNED);
        }
        plan.reused().put(pin.map(), raw);
        new UsedPins(ofObject.pins()).mark(paths.outer());
        if (!ofObject.pins().isPinned(raw, paths.outer())) {
            throw replaced(operation, pin.map(), pin.path());
        }
        reused.put(pin.map(), raw);
        List<String> differences;
        if (map.role() != MapRole.OUTER || map.definition() != null) {
            Verdict verdict = ofObject.check(map, raw, paths);
            differences = verdict.differences();
            if (differences.isEmpty() && !ExistingMapFinder.isLayoutCompared(verdict, map, raw, paths)) {
                uncompared.add(pin.map());
            }
        } else {
            differences = InnerMapCompatibility.difference(MapShape.of(map), raw.shape()).stream()
                    .toList();
            uncompared.add(pin.map());
        }
        if (!differences.isEmpty()) {
            throw BpfException.of(operation)
                    .map(map.name())
                    .because("the object declares the pin " + pin.path() + ", where another map is pinned: it has "
                            + String.join("; ", differences)
                            + ". To go on with its entries, load the version of the object that pinned it; if only sizes differ that"
                            + " are set at load, keep the pinned ones with Sizes.keepPinned(). Or load with autoPins(AutoPins.under(...)) to pin"
                            + " elsewhere, or with"
                            + " autoPins(AutoPins.IGNORE) to pin nothing: both start with an empty map and leave the pinned one as"
                            + " it is")
                    .build();
        }
        return with(pin, Outcome.REUSED);
    }

    private static AutoPins.Result with(AutoPins.Result pin, Outcome outcome) {
        return new AutoPins.Result(pin.map(), pin.path(), outcome);
    }

    /** Whether the map with this name is pinned, or will be. */
    boolean isPinned(String map) {
        AutoPins.Result autoPin = autoPins.get(map);
        return declared.containsKey(map) || (autoPin != null && autoPin.outcome() != Outcome.IGNORED);
    }

    /** The pins beside the pins of outer maps, by the names of these maps. */
    Map<String, NestPins> beside() {
        return beside;
    }

    /** What happens to the auto-pin of each map that was created or reused. */
    List<AutoPins.Result> autoPins(ObjectBackend backend) {
        return autoPins.values().stream()
                .filter(pin -> backend.maps().containsKey(pin.map()))
                .toList();
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
     * Pins the new maps.
     *
     * @param reused names of the maps that existed before the load
     * @param undo removes the pins, except those that another process has replaced
     */
    void pin(ObjectBackend backend, Set<String> reused, Undo undo) {
        for (DeclaredPin pin : declared.values()) {
            if (!reused.contains(pin.map())) {
                RawMap map = map(pin, backend);
                ClaimedPin claimed = claims.apply(pin);
                PinPaths paths = place(pin);
                MapPins set = new MapPins(ofRecords, definition(pin), claimed.at(paths));
                boolean isInNow = paths.equals(claimed.paths());
                if (!isInNow && definition(pin).role() == MapRole.OUTER) { // otherwise, set.pin does it
                    NestPins.keepOldInners(ofRecords.pins(), claimed.paths(), definition(pin));
                }
                pinning(() -> set.pin(map));
                if (isInNow) { // otherwise the pin ends with its generation
                    undo.add(() -> {
                        if (!mayBeUsed(pin.map())) {
                            set.unpin(map);
                        }
                    });
                }
            }
        }
        for (AutoPins.Result pin : autoPins(backend)) {
            if (pin.outcome() == Outcome.PINNED && !declared.containsKey(pin.map())) {
                RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "autoPins() selects them");
                pin(map, pin.path());
                Object file = ofObject.pins().fileAt(pin.path());
                undo.add(() -> {
                    if (!mayBeUsed(pin.map())) {
                        new UsedPins(ofObject.pins())
                                .removeUnlessUsed(map, file, new PinPaths(pin.path(), options, MapAccess.READ_WRITE));
                    }
                });
            }
        }
    }

    /**
     * Lets processes that open reused outer maps know the sizes of this load. Its last step, because nothing undoes it.
     *
     * @param reused names of the maps that existed before the load
     */
    void growPrototypes(ObjectBackend backend, Set<String> reused) {
        for (DeclaredPin pin : declared.values()) {
            if (reused.contains(pin.map()) && definition(pin).role() == MapRole.OUTER) {
                ClaimedPin claimed = claims.apply(pin);
                new MapPins(ofRecords, definition(pin), claimed)
                        .growPrototype(map(pin, backend), upgrade.hasNext(claimed.paths()));
            }
        }
    }

    private void pin(RawMap map, Path path) {
        pinning(() -> ofObject.pins().pin(map, path, options));
    }

    private void pinning(Runnable pin) {
        try {
            pin.run();
        } catch (BpfException e) {
            pinnedMeanwhile = e.errno() == Errno.EEXIST;
            throw e;
        }
    }

    /** Whether the process that has pinned another map of the object may use this one already. */
    private boolean mayBeUsed(String map) {
        return pinnedMeanwhile && slots.isReusable(BackendOperations.definition(slots.declared(), map));
    }

    /** Whether another process has pinned a map after the search of {@link #reuse}. */
    boolean isPinnedMeanwhile() {
        return pinnedMeanwhile;
    }

    /** Shares the ownership of the slots that the load has acquired, so that the pinned outer maps keep it after the load. */
    void own(ObjectBackend backend) {
        for (DeclaredPin pin : declared.values()) {
            NestPins nest = beside.get(pin.map());
            if (nest != null && claims.apply(pin).claim().isHeld()) {
                nest.acquireOwnership(map(pin, backend));
            }
        }
    }

    /** Gives up the claims that the fills of slots took, so that whoever changes a slot first owns the pins. */
    void giveUp() {
        beside.values().forEach(NestPins::giveUp);
    }

    /** Throws if another map is pinned at a path now, because the object's programs use the one that was pinned there before. */
    void requirePinned(String operation, ObjectBackend backend) {
        for (DeclaredPin pin : declared.values()) {
            if (!ofRecords.pins().isPinned(map(pin, backend), place(pin).outer())) {
                throw replaced(operation, pin.map(), pin.path(options));
            }
        }
    }

    /**
     * Throws while another process, or another object, replaces the maps at the declared pins: it has looked for programs that use them. Called by whoever
     * has loaded its program already, and before {@link #requirePinned}.
     */
    void requireOpen(String operation) {
        for (DeclaredPin pin : declared.values()) {
            ClaimedPin claimed = claims.apply(pin);
            if (!claimed.claim().isHeld() && claimed.isClosed()) {
                throw BpfException.of(operation)
                        .map(pin.map())
                        .errno(Errno.EAGAIN.number())
                        .because(claimed.claim().owner()
                                + " and is just replacing the maps there, so no program was attached to them. Load"
                                + " the object again when it has ended. If it was killed, its next start removes "
                                + claimed.paths().closed())
                        .build();
            }
        }
    }

    private static BpfException replaced(String operation, String map, Path path) {
        return BpfException.of(operation)
                .map(map)
                .because("the programs use a map that is not pinned at " + path
                        + " any more. Perhaps another process migrated it, or removed the pin: load the object again")
                .build();
    }

    /** Writes to the log what happened to the auto-pins that the caller did not choose to ignore. */
    void log(List<AutoPins.Result> outcomes) {
        for (AutoPins.Result pin : outcomes) {
            if (pin.outcome() != Outcome.IGNORED) {
                String what = pin.outcome() == Outcome.PINNED ? "is pinned at " : "is the one that was pinned at ";
                WarningLog.RUNTIME.log(
                        Level.INFO,
                        operation + ": map " + pin.map() + " " + what + pin.path() + ", as the object declares",
                        null);
            }
        }
    }

    private static RawMap map(DeclaredPin pin, ObjectBackend backend) {
        return Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
    }

    private MapDef definition(DeclaredPin pin) {
        return BackendOperations.definition(ofRecords.schema(), pin.map());
    }
}
