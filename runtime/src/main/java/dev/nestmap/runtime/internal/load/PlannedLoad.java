/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.SectionWrite;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Loads an object that has pinned maps, maps whose size or inner map it leaves to user space, or variables with values from user space. If a step fails, undoes the
 * earlier steps.
 */
final class PlannedLoad {
    private final PinnedMaps pinned;
    private final Schema declared;
    private final Schema inFile;
    private final DeclaredSlots slots;
    private final List<DeclaredPin> pins;
    private final PinOptions options;
    private final GlobalPlaces places;
    private final List<SectionWrite> writes;

    /**
     * @param inFile the schema in the object file, before it is completed from the records
     * @param values the initial values of global variables, by name
     */
    PlannedLoad(
            PinnedMaps pinned,
            Schema inFile,
            DeclaredSlots slots,
            List<DeclaredPin> pins,
            PinOptions options,
            GlobalPlaces places,
            Map<String, byte[]> values) {
        this.pinned = pinned;
        this.declared = pinned.schema();
        this.inFile = inFile;
        this.slots = slots;
        this.pins = pins.stream().flatMap(this::withRequests).toList();
        this.options = options;
        this.places = places;
        this.writes = places.writes(values);
    }

    LiveObject load(Function<LoadPlan, ObjectBackend> loader, Schema schema) {
        try (LoadPlan plan = new LoadPlan()) {
            pins.forEach(pin -> reuse(pin, plan));
            inFile.maps().stream()
                    .filter(map -> !plan.reused().containsKey(map.name()))
                    .forEach(map -> complete(map, plan));
            plan.writes().addAll(writes);
            ObjectBackend backend = loader.apply(plan);
            List<PinPaths> newPins = new ArrayList<>();
            Runnable close = backend::close;
            try {
                pins.stream()
                        .filter(pin -> !plan.reused().containsKey(pin.map()))
                        .forEach(pin -> pin(pin, backend, newPins));
                LiveObject object = new LiveObject(schema, backend, outerPins(), places);
                close = object::close;
                slots.fill(object, plan.reused().keySet());
                pins.forEach(pin -> requirePinned(pin, backend, schema));
                return object;
            } catch (Throwable e) { // even after an Error, the pins of a failed load must not stay
                new Cleanup(e).each(newPins, pinned::unpin).run(close);
                throw e;
            }
        }
    }

    /** Adds the pins of the request maps of an outer map, so that their counts outlive the process. */
    private Stream<DeclaredPin> withRequests(DeclaredPin pin) {
        Stream<DeclaredPin> requestPins = RequestMaps.in(declared, definition(pin)).stream()
                .flatMap(onDemand -> Stream.of(
                        new DeclaredPin(onDemand.requests().name(), pin.pin() + PinPaths.REQUESTS, false),
                        new DeclaredPin(onDemand.lost().name(), pin.pin() + PinPaths.LOST, false)));
        return Stream.concat(Stream.of(pin), requestPins);
    }

    private void reuse(DeclaredPin pin, LoadPlan plan) {
        RawMap map = pinned.find(definition(pin), pin.path(options), PinAccess.READ_WRITE);
        if (map != null) {
            plan.reused().put(pin.map(), map);
            OuterMapPins outerPins = pinned.outerPins(definition(pin), paths(pin), pin.inners());
            slots.reuse(definition(pin), map, outerPins, pinned.factory(), plan);
        }
    }

    /** Adds to the plan the size and the prototype that the object leaves to user space and the records declare. */
    private void complete(MapDef map, LoadPlan plan) {
        MapDef declaration = declared.map(map.name())
                .filter(other -> other.role() == map.role())
                .orElse(null);
        if (declaration == null || map.role() == MapRole.INNER) {
            return;
        }
        if (map.maxEntries() == 0 && declaration.maxEntries() != 0) {
            plan.maxEntries().put(map.name(), declaration.maxEntries());
        }
        if (map.role() == MapRole.OUTER
                && declaration.definition() != null
                && LoadTimeSizes.isInnerOpen(inFile, map, declared.innerOf(declaration))) {
            plan.prototypes().put(map.name(), pinned.prototype(declaration));
        }
    }

    private void pin(DeclaredPin pin, ObjectBackend backend, List<PinPaths> newPins) {
        RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
        PinPaths paths = paths(pin);
        pinned.pin(definition(pin), map, paths);
        newPins.add(paths);
    }

    /** Throws if another map is pinned at the path now, because the object's programs use the one that was pinned there before. */
    private void requirePinned(DeclaredPin pin, ObjectBackend backend, Schema schema) {
        RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
        if (!pinned.isPinned(map, pin.path(options))) {
            throw BpfException.of("load of object " + schema.header())
                    .map(pin.map())
                    .because(
                            "another map was pinned at " + pin.path(options)
                                    + " during the load, perhaps by a migration, and the programs use the old one: load the object again")
                    .build();
        }
    }

    private Map<String, OuterMapPins> outerPins() {
        Map<String, OuterMapPins> pinsByMap = new HashMap<>();
        for (DeclaredPin pin : pins) {
            OuterMapPins outer = pinned.outerPins(definition(pin), paths(pin), pin.inners());
            if (outer != null) {
                pinsByMap.put(pin.map(), outer);
            }
        }
        return pinsByMap;
    }

    private PinPaths paths(DeclaredPin pin) {
        return new PinPaths(pin.path(options), options, PinAccess.READ_WRITE);
    }

    private MapDef definition(DeclaredPin pin) {
        return declared.map(pin.map())
                .orElseThrow(() -> new IllegalArgumentException(declared.origin() + " declares no map " + pin.map()));
    }
}
