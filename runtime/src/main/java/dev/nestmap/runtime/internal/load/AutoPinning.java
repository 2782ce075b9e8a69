/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.existing.ExistingMapCheck.Verdict;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
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
import java.util.Set;

/**
 * The pins that an object declares itself. Nestmap, not libbpf, creates them when the kernel has accepted the object, and compares reused maps with
 * the object as far as the kernel reports their types. They stay if the load fails, as those of libbpf do: another process may use the maps already.
 */
final class AutoPinning {
    private final String operation;
    private final ExistingMapFinder maps;
    private final PinOptions options;

    /** The paths of the pins, by the names of the maps. */
    private final Map<String, Path> pins = new LinkedHashMap<>();

    private final Map<String, RawMap> reused = new LinkedHashMap<>();

    /**
     * @param operation names the load in messages
     * @param maps the maps of the object, completed from the records
     * @param declared the maps that records pin, which get no other pin
     */
    AutoPinning(String operation, LoadSettings settings, ExistingMapFinder maps, Set<String> declared) {
        this.operation = operation;
        this.maps = maps;
        this.options = settings.pinOptions();
        if (settings.hasAutoPins()) {
            maps.schema().maps().stream()
                    .filter(map -> isDeclared(map) && !declared.contains(map.name()))
                    .forEach(map -> pins.put(map.name(), options.root().resolve(map.name())));
        }
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
        pins.forEach((map, pin) -> reuse(BackendOperations.definition(maps.schema(), map), pin, plan, uncompared));
        return uncompared;
    }

    private void reuse(MapDef map, Path pin, LoadPlan plan, Set<String> uncompared) {
        InitialSlots.requireNone(operation, map);
        PinPaths paths = PinPaths.of(pin, options, MapAccess.READ_ONLY, maps.pins());
        RawMap raw = PinFormat.open(maps.pins(), paths.outer(), MapAccess.READ_WRITE);
        if (raw == null) {
            return;
        }
        plan.reused().put(map.name(), raw);
        if (!maps.pins().isPinned(raw, paths.outer())) {
            throw ObjectPinning.replaced(operation, map.name(), pin);
        }
        reused.put(map.name(), raw);
        List<String> differences;
        if (map.role() != MapRole.OUTER || map.definition() != null) {
            Verdict verdict = maps.check(map, raw, maps.text(map, raw, paths));
            differences = verdict.differences();
            if (differences.isEmpty() && !ExistingMapFinder.isLayoutCompared(verdict, map, raw, paths)) {
                uncompared.add(map.name());
            }
        } else {
            differences = InnerMapCompatibility.difference(MapShape.of(map), raw.shape()).stream()
                    .toList();
            uncompared.add(map.name());
        }
        if (!differences.isEmpty()) {
            throw BpfException.of(Reason.MISMATCH, operation)
                    .map(map.name())
                    .because(ErrorTable.message("PIN_OF_OTHER_MAP", pin, String.join("; ", differences)));
        }
    }

    /** The names of the maps that are pinned, or will be. */
    Set<String> pinned() {
        return pins.keySet();
    }

    /** Pins the new maps that no record pins, and writes to the log which maps are pinned. */
    void pin(ObjectBackend backend) {
        pins.forEach((name, pin) -> {
            RawMap map = backend.maps().get(name);
            if (map != null && !reused.containsKey(name)) {
                maps.pins().pin(map, pin, options);
            }
            if (map != null) {
                WarningLog.RUNTIME.log(
                        Level.INFO,
                        operation + ": map " + name + " is "
                                + (reused.containsKey(name) ? "the one that was pinned at " : "pinned at ")
                                + pin + ", as the object declares",
                        null);
            }
        });
    }
}
