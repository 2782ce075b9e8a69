/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.pin.Compared;
import dev.nestmap.runtime.pin.ObjectPins;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.pin.RequestedPin;
import dev.nestmap.runtime.pin.RequestedPin.Outcome;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The pins that an object requests for its maps. Nestmap makes them instead of libbpf, so that a failed load removes them, and a reused
 * map is compared with the object as far as the kernel reports its types.
 */
final class RequestedPins {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final String operation;
    private final PinnedMaps ofObject;
    private final ObjectPins choice;
    private final PinOptions options;
    private final Map<String, Path> declared;
    private final Map<String, RequestedPin> pins = new LinkedHashMap<>();
    private final Map<String, RawMap> reused = new LinkedHashMap<>();
    private final Map<Path, RawMap> created = new LinkedHashMap<>();
    private boolean pinnedMeanwhile;

    /**
     * @param operation names the load in messages
     * @param ofObject the maps of the object, completed from the records
     * @param declared the paths of the pins that records declare, by map
     */
    RequestedPins(
            String operation, PinnedMaps ofObject, ObjectPins choice, PinOptions options, Map<String, Path> declared) {
        this.operation = operation;
        this.ofObject = ofObject;
        this.choice = choice;
        this.options = options;
        this.declared = declared;
        for (MapDef map : ofObject.schema().maps()) {
            if (map.pinnedByName() && map.role() != MapRole.INNER) {
                Path path = declared.getOrDefault(map.name(), choice.path(map.name(), options));
                pins.put(map.name(), new RequestedPin(map.name(), path, Outcome.IGNORED));
            }
        }
        declared.forEach(
                (map, path) -> pins.computeIfPresent(map, (name, pin) -> new RequestedPin(name, path, Outcome.PINNED)));
    }

    /** What happened to each request, after the load. */
    List<RequestedPin> outcomes() {
        return List.copyOf(pins.values());
    }

    /**
     * Adds the maps that are pinned already to the plan, in place of the object's own.
     *
     * @throws BpfException if a pinned map differs from the object's
     */
    void reuse(LoadPlan plan) {
        pins.replaceAll((name, pin) -> {
            boolean byRecord = plan.reused().containsKey(name);
            if (pin.outcome() == Outcome.IGNORED && choice.arePinned()) {
                MapDef map = ofObject.schema().map(name).orElseThrow();
                RawMap raw = ofObject.pins().open(pin.path(), PinAccess.READ_WRITE);
                if (raw != null) {
                    requireSame(map, raw, pin.path());
                    plan.reused().put(name, raw);
                    reused.put(name, raw);
                }
                return new RequestedPin(name, pin.path(), raw == null ? Outcome.PINNED : Outcome.REUSED);
            }
            return byRecord ? new RequestedPin(name, pin.path(), Outcome.REUSED) : pin;
        });
    }

    /** The maps that {@link #reuse} found, by name. The plan owns them. */
    Map<String, RawMap> reused() {
        return reused;
    }

    /** How much of the maps that {@link #reuse} found was compared with the object. */
    Map<String, Compared> compared() {
        Map<String, Compared> compared = new LinkedHashMap<>();
        reused.forEach((name, raw) -> {
            MapDef map = ofObject.schema().map(name).orElseThrow();
            boolean isCompared = map.role() != MapRole.OUTER || map.definition() != null;
            Path path = Objects.requireNonNull(pins.get(name), "each reused map has a pin")
                    .path();
            compared.put(name, isCompared ? ofObject.compared(map, raw, paths(path)) : Compared.OUTER_MAP);
        });
        return compared;
    }

    private PinPaths paths(Path path) {
        return new PinPaths(path, options, PinAccess.READ_ONLY);
    }

    /** Pins the new maps, apart from those that records pin. */
    void pin(ObjectBackend backend) {
        pins.keySet().retainAll(backend.maps().keySet()); // without maps that were not created
        pins.values().stream()
                .filter(pin -> pin.outcome() == Outcome.PINNED && !declared.containsKey(pin.map()))
                .forEach(pin -> {
                    RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "retained above");
                    try {
                        ofObject.pins().pin(map, pin.path(), options);
                    } catch (BpfException e) {
                        pinnedMeanwhile = e.errno() == Errno.EEXIST;
                        throw e;
                    }
                    created.put(pin.path(), map);
                });
    }

    /** Whether another process has pinned a map after {@link #reuse} looked for it. */
    boolean isPinnedMeanwhile() {
        return pinnedMeanwhile;
    }

    /**
     * Removes the pins that {@link #pin} made, unless the process that has pinned the other maps may use these already. Leaves the pins
     * that another process has replaced.
     */
    void undo() {
        if (!pinnedMeanwhile) {
            new Cleanup()
                    .each(created.entrySet(), pin -> {
                        if (ofObject.pins().isPinned(pin.getValue(), pin.getKey())) {
                            ofObject.pins().remove(pin.getKey());
                        }
                    })
                    .rethrow();
        }
    }

    /** Writes to the log what happened. */
    void log() {
        for (RequestedPin pin : pins.values()) {
            String what = switch (pin.outcome()) {
                case PINNED -> "is pinned at " + pin.path() + ", as the object requests";
                case REUSED -> "is the one that was pinned at " + pin.path() + ", as the object requests";
                case IGNORED -> "is new and not pinned, although the object requests a pin";
            };
            LOGGER.log(Level.INFO, operation + ": map " + pin.map() + " " + what);
        }
    }

    private void requireSame(MapDef map, RawMap raw, Path path) {
        boolean same = false;
        try {
            List<String> differences = differences(map, raw, path);
            if (!differences.isEmpty()) {
                throw BpfException.of(operation)
                        .map(map.name())
                        .because("the object requests the pin " + path + ", where another map is pinned: it has "
                                + String.join("; ", differences)
                                + ". Another version of the object may have pinned it. Load with pins(ObjectPins.under(...)) to"
                                + " pin elsewhere, or with pins(ObjectPins.IGNORE) to pin nothing: both start with an empty map"
                                + " and leave the pinned one as it is")
                        .build();
            }
            same = true;
        } finally {
            if (!same) {
                raw.close();
            }
        }
    }

    private List<String> differences(MapDef map, RawMap raw, Path path) {
        if (map.role() == MapRole.OUTER && map.definition() == null) {
            return ShapeComparison.difference(MapShape.of(map), raw.shape()).stream()
                    .toList();
        }
        return ofObject.differences(map, raw, paths(path));
    }
}
