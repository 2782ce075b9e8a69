/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.existing.ExistingMapCheck.Verdict;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.pin.AutoPins.Outcome;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The pins that an object declares itself. Nestmap, not libbpf, creates them when the kernel has accepted the object, and compares reused maps with
 * the object as far as the kernel reports their types. They stay if the load fails later, as those of other loaders do: another process may use
 * the maps already.
 */
final class AutoPinning {
    private final String operation;
    private final ExistingMapFinder maps;
    private final AutoPins choice;
    private final PinOptions options;
    private final DeclaredSlotFiller slots;
    private final Map<String, Path> declared;
    private final Map<String, AutoPins.Result> results = new LinkedHashMap<>();
    private boolean pinnedMeanwhile;

    /**
     * @param operation names the load in messages
     * @param maps the maps of the object, completed from the records
     * @param declared the pins that records declare, by their maps: such a map gets no other pin
     */
    AutoPinning(
            String operation,
            LoadSettings settings,
            ExistingMapFinder maps,
            DeclaredSlotFiller slots,
            Map<String, Path> declared) {
        this.operation = operation;
        this.maps = maps;
        this.choice = settings.autoPins();
        this.options = settings.pinOptions();
        this.slots = slots;
        this.declared = declared;
        maps.schema().maps().stream()
                .filter(AutoPinning::isDeclared)
                .map(MapDef::name)
                .forEach(map -> {
                    Path ofRecord = declared.get(map);
                    results.put(
                            map,
                            ofRecord == null
                                    ? new AutoPins.Result(map, choice.path(map, options), Outcome.IGNORED)
                                    : new AutoPins.Result(map, ofRecord, Outcome.PINNED));
                });
    }

    /** Whether an object declares a pin of this map. */
    static boolean isDeclared(MapDef map) {
        return map.pinnedByName() && map.role() != MapRole.INNER;
    }

    /**
     * Adds the maps that are pinned already to the plan. Returns the names of those whose layout of entries was not compared.
     *
     * @throws BpfException if a pinned map differs from the object's
     */
    Set<String> reuse(LoadPlan plan) {
        Set<String> uncompared = new HashSet<>();
        Map<String, RawMap> reused = new LinkedHashMap<>();
        results.replaceAll((map, pin) -> {
            if (!declared.containsKey(map) && choice.arePinned()) {
                return reuse(pin, plan, reused, uncompared);
            }
            return plan.reused().containsKey(map) ? with(pin, Outcome.REUSED) : pin;
        });
        reused.forEach((map, raw) ->
                slots.reuse(BackendOperations.definition(slots.declared(), map), raw, null, maps.factory(), plan));
        return uncompared;
    }

    private AutoPins.Result reuse(
            AutoPins.Result pin, LoadPlan plan, Map<String, RawMap> reused, Set<String> uncompared) {
        MapDef map = maps.schema().map(pin.map()).orElseThrow();
        PinPaths paths = PinPaths.of(pin.path(), options, MapAccess.READ_ONLY, maps.pins());
        RawMap raw = PinFormat.open(maps.pins(), paths.outer(), MapAccess.READ_WRITE);
        if (raw == null) {
            return with(pin, Outcome.PINNED);
        }
        plan.reused().put(pin.map(), raw);
        if (!maps.pins().isPinned(raw, paths.outer())) {
            throw ObjectPinning.replaced(operation, pin.map(), pin.path());
        }
        reused.put(pin.map(), raw);
        List<String> differences;
        if (map.role() != MapRole.OUTER || map.definition() != null) {
            Verdict verdict = maps.check(map, raw, paths);
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
            throw BpfException.of(Reason.MISMATCH, operation)
                    .map(map.name())
                    .because("the object declares the pin " + pin.path() + ", where another map is pinned: it has "
                            + String.join("; ", differences)
                            + ". To go on with its entries, load the version of the object that pinned it; if only sizes differ that"
                            + " are set at load, keep the pinned ones with Sizes.keepPinned(). Or load with autoPins(AutoPins.under(...)) to pin"
                            + " elsewhere, or with autoPins(AutoPins.IGNORE) to pin nothing: both start with an empty map and leave the"
                            + " pinned one as it is")
                    .build();
        }
        return with(pin, Outcome.REUSED);
    }

    private static AutoPins.Result with(AutoPins.Result pin, Outcome outcome) {
        return new AutoPins.Result(pin.map(), pin.path(), outcome);
    }

    /** Whether the map with this name is pinned, or will be. */
    boolean isPinned(String map) {
        AutoPins.Result pin = results.get(map);
        return pin != null && pin.outcome() != Outcome.IGNORED;
    }

    /** What happens to the pin of each map that was created or reused. */
    List<AutoPins.Result> results(ObjectBackend backend) {
        return results.values().stream()
                .filter(pin -> backend.maps().containsKey(pin.map()))
                .toList();
    }

    /** Pins the new maps that no record pins. */
    void pin(ObjectBackend backend) {
        for (AutoPins.Result pin : results(backend)) {
            if (pin.outcome() == Outcome.PINNED && !declared.containsKey(pin.map())) {
                RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "results() selects them");
                try {
                    maps.pins().pin(map, pin.path(), options);
                } catch (BpfException e) {
                    pinnedMeanwhile = e.errno() == Errno.EEXIST;
                    throw e;
                }
            }
        }
    }

    /** Whether another process has pinned a map after the search of {@link #reuse}. */
    boolean arePinnedMeanwhile() {
        return pinnedMeanwhile;
    }

    /** Writes to the log what happened to the pins that the caller did not choose to ignore. */
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
}
