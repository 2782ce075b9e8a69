/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
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

/** The load of an object some of whose maps are pinned, or left to user space: all of it or nothing. */
final class PlannedLoad {
    private final PinnedMaps pinned;
    private final Schema declared;
    private final Schema written;
    private final DeclaredSlots slots;
    private final List<DeclaredPin> pins;
    private final PinOptions options;

    /** @param written what the file says, before it is completed from the records */
    PlannedLoad(PinnedMaps pinned, Schema written, DeclaredSlots slots, List<DeclaredPin> pins, PinOptions options) {
        this.pinned = pinned;
        this.declared = pinned.schema();
        this.written = written;
        this.slots = slots;
        this.pins = pins.stream().flatMap(this::withRequests).toList();
        this.options = options;
    }

    LiveObject load(Function<LoadPlan, ObjectBackend> loader, Schema schema) {
        try (LoadPlan plan = new LoadPlan()) {
            pins.forEach(pin -> reuse(pin, plan));
            written.maps().stream()
                    .filter(map -> !plan.reused().containsKey(map.name()))
                    .forEach(map -> settle(map, plan));
            ObjectBackend backend = loader.apply(plan);
            List<PinPaths> made = new ArrayList<>();
            try {
                pins.stream()
                        .filter(pin -> !plan.reused().containsKey(pin.map()))
                        .forEach(pin -> pin(pin, backend, made));
                LiveObject object = new LiveObject(schema, backend, outerPins());
                slots.fill(object, plan.reused().keySet());
                return object;
            } catch (Throwable e) {
                new Cleanup(e).each(made, pinned::unpin).run(backend::close);
                throw e;
            }
        }
    }

    /** What programs miss is noted beside a pinned outer map, so that no count is lost with a process. */
    private Stream<DeclaredPin> withRequests(DeclaredPin pin) {
        Stream<DeclaredPin> beside = RequestMaps.in(declared, definition(pin)).stream()
                .flatMap(requests -> Stream.of(
                        new DeclaredPin(requests.noted().name(), pin.pin() + PinPaths.REQUESTS, false),
                        new DeclaredPin(requests.unnoted().name(), pin.pin() + PinPaths.UNNOTED, false)));
        return Stream.concat(Stream.of(pin), beside);
    }

    private void reuse(DeclaredPin pin, LoadPlan plan) {
        RawMap there = pinned.find(definition(pin), pin.path(options), PinAccess.READ_WRITE);
        if (there != null) {
            plan.reused().put(pin.map(), there);
            OuterMapPins beside = pinned.outerPins(definition(pin), place(pin), pin.inners());
            slots.keep(definition(pin), there, beside, pinned.factory(), plan);
        }
    }

    /** What the object leaves open is what the records say. */
    private void settle(MapDef map, LoadPlan plan) {
        MapDef wanted = declared.map(map.name())
                .filter(other -> other.role() == map.role())
                .orElse(null);
        if (wanted == null || map.role() == MapRole.INNER) {
            return;
        }
        if (map.maxEntries() == 0 && wanted.maxEntries() != 0) {
            plan.maxEntries().put(map.name(), wanted.maxEntries());
        }
        if (map.role() == MapRole.OUTER
                && wanted.inner() != null
                && LoadTimeSizes.isInnerOpen(written, map, declared.innerOf(wanted))) {
            plan.prototypes().put(map.name(), pinned.prototype(wanted));
        }
    }

    private void pin(DeclaredPin pin, ObjectBackend backend, List<PinPaths> made) {
        RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
        PinPaths place = place(pin);
        pinned.pin(definition(pin), map, place);
        made.add(place);
    }

    private Map<String, OuterMapPins> outerPins() {
        Map<String, OuterMapPins> beside = new HashMap<>();
        for (DeclaredPin pin : pins) {
            OuterMapPins outer = pinned.outerPins(definition(pin), place(pin), pin.inners());
            if (outer != null) {
                beside.put(pin.map(), outer);
            }
        }
        return beside;
    }

    private PinPaths place(DeclaredPin pin) {
        return new PinPaths(pin.path(options), options, PinAccess.READ_WRITE);
    }

    private MapDef definition(DeclaredPin pin) {
        return declared.map(pin.map())
                .orElseThrow(() -> new IllegalArgumentException(declared.origin() + " declares no map " + pin.map()));
    }
}
