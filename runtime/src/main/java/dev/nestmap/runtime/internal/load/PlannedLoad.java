/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.ComparisonScope;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.MapPinner;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.internal.pin.Prototypes;
import dev.nestmap.runtime.pin.Compared;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Loads an object with the changes that its caller and its records make to it. If a step fails, undoes the earlier steps. */
final class PlannedLoad {
    /** How often an object is loaded while other processes pin its maps. libbpf does the same twice ({@code bpf_object__create_maps}). */
    private static final int ATTEMPTS = 4;

    private final String operation;
    private final LoadSettings settings;
    private final PinnedMaps pinned;
    private final Schema declared;
    private final Schema inFile;
    private final Schema completed;
    private final DeclaredSlots slots;
    private final List<DeclaredPin> pins;
    private final PinOptions options;

    /**
     * @param operation names the load in messages
     * @param pinned the declared maps: those of the records, or of an object without records
     * @param completed what libbpf will create
     */
    PlannedLoad(String operation, LoadSettings settings, PinnedMaps pinned, Schema completed) {
        this.operation = operation;
        this.settings = settings;
        this.pinned = pinned;
        this.declared = pinned.schema();
        this.inFile = settings.object().content().schema();
        this.completed = completed;
        this.options = settings.pinOptions();
        this.slots = new DeclaredSlots(operation, withSlots(), options.slots());
        this.pins = settings.pins().stream().flatMap(this::withRequests).toList();
    }

    /** Loads the object. If another process pins a map for which the object requests a pin meanwhile, loads it again with that map. */
    LoadedState load(Function<LoadPlan, ObjectBackend> loader) {
        for (int attempt = 1; ; attempt++) {
            RequestedPins requested =
                    new RequestedPins(operation, ofObject(), settings.objectPins(), options, pathsOfPins());
            try {
                return load(loader, requested);
            } catch (BpfException e) {
                if (!requested.isPinnedMeanwhile() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private LoadedState load(Function<LoadPlan, ObjectBackend> loader, RequestedPins requested) {
        try (LoadPlan plan = new LoadPlan()) {
            pins.forEach(pin -> reuse(pin, plan));
            requested.reuse(plan);
            requested
                    .reused()
                    .forEach((map, raw) ->
                            slots.reuse(withSlots().map(map).orElseThrow(), raw, null, pinned.factory(), plan));
            inFile.maps().stream()
                    .filter(map -> !plan.reused().containsKey(map.name()))
                    .forEach(map -> complete(map, plan));
            plan.writes().addAll(settings.writes());
            plan.programs().putAll(settings.programs());
            plan.programTypes().putAll(settings.programTypes());
            ObjectBackend backend = loader.apply(plan);
            Map<PinPaths, RawMap> newPins = new LinkedHashMap<>();
            Runnable close = backend::close;
            try {
                pins.stream()
                        .filter(pin -> !plan.reused().containsKey(pin.map()))
                        .forEach(pin -> pin(pin, backend, newPins));
                requested.pin(backend);
                LoadedState object = new LoadedState(
                        completed,
                        backend,
                        outerPins(),
                        settings.offsets(),
                        requested.outcomes(),
                        compared(plan, requested));
                close = object::close;
                slots.fill(object, plan.reused().keySet());
                pins.forEach(pin -> requirePinned(pin, backend));
                requested.log();
                return object;
            } catch (Throwable e) { // even after an Error, the pins of a failed load must not stay
                new Cleanup(e)
                        .each(newPins.entrySet(), pin -> MapPinner.of(pinned).unpin(pin.getValue(), pin.getKey()))
                        .run(requested::undo)
                        .run(close);
                throw e;
            }
        }
    }

    /**
     * Checks that the kernel accepts the programs: loads the object with new maps, and closes it again. Pins nothing.
     *
     * @throws BpfException if libbpf or the kernel rejects the object
     */
    void checkLoadable(Function<LoadPlan, ObjectBackend> loader) {
        try (LoadPlan plan = new LoadPlan()) {
            inFile.maps().forEach(map -> complete(map, plan));
            plan.writes().addAll(settings.writes());
            plan.programs().putAll(settings.programs());
            plan.programTypes().putAll(settings.programTypes());
            loader.apply(plan).close();
        }
    }

    /** How much of each map was compared with its record: of the object's own map, and of the pinned map in its place. */
    private Map<String, Compared> compared(LoadPlan plan, RequestedPins requested) {
        Map<String, Compared> compared = settings.resources() == null || declared.isForeign()
                ? ComparisonScope.ofObject(completed)
                : new HashMap<>();
        for (DeclaredPin pin : pins) {
            RawMap map = plan.reused().get(pin.map());
            if (map != null) {
                compared.merge(pin.map(), pinned.compared(definition(pin), map, paths(pin)), Compared::lesser);
            }
        }
        requested.compared().forEach((map, ofPinned) -> compared.merge(map, ofPinned, Compared::lesser));
        return compared;
    }

    /** Whether the inner maps of the outer map that is pinned here are pinned too. */
    boolean pinsInners(PinPaths paths) {
        return pins.stream().anyMatch(pin -> pin.path(options).normalize().equals(paths.outer()) && pin.inners());
    }

    /** The maps with their slots: those in records, and those of somebody else's object that its records leave out. */
    private Schema withSlots() {
        if (!declared.isForeign()) {
            return declared;
        }
        List<MapDef> maps = completed.maps().stream()
                .map(map -> declared.map(map.name())
                        .filter(own -> !own.slots().isEmpty())
                        .map(own -> map.withSlots(own.slots()))
                        .orElse(map))
                .toList();
        return new Schema(
                completed.origin(), completed.header(), List.of(), completed.types(), maps, completed.globals());
    }

    private Map<String, Path> pathsOfPins() {
        return pins.stream().collect(Collectors.toMap(DeclaredPin::map, pin -> pin.path(options)));
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
            OuterMapPins outerPins = OuterMapPins.of(definition(pin), pinned.pins(), paths(pin), pin.inners());
            slots.reuse(definition(pin), map, outerPins, pinned.factory(), plan);
        }
    }

    /** Adds to the plan the size and the inner maps that the object leaves to user space, or that the caller changes. */
    private void complete(MapDef map, LoadPlan plan) {
        MapDef complete = completed.map(map.name()).orElse(map);
        if (map.role() == MapRole.INNER) {
            return;
        }
        if (map.role() == MapRole.OUTER && complete.definition() == null) {
            leaveOut(map, plan);
            return;
        }
        if (complete.isSizedAtLoad()) {
            throw BpfException.of(operation)
                    .map(map.name())
                    .because(
                            "max_entries is 0 in the object, because its own loader sets it, and the kernel rejects 0: declare the"
                                    + " map in a record of the object, load the object with its generated class, and set the size: "
                                    + "open(file).sizes(...)")
                    .build();
        }
        if (complete.maxEntries() != map.withPages(pinned.factory().pageSize()).maxEntries()) {
            plan.maxEntries().put(map.name(), complete.maxEntries());
        }
        if (map.role() == MapRole.OUTER && changesInner(map, complete)) {
            plan.prototypes().put(map.name(), Prototypes.of(ofObject()).createForLoad(complete));
        }
    }

    /** Leaves out an outer map without inner maps, for which the kernel would return EINVAL. */
    private void leaveOut(MapDef map, LoadPlan plan) {
        ObjectFile file = settings.object().content();
        List<String> users = file.programs().stream()
                .filter(settings::loads)
                .map(ProgramDef::name)
                .filter(file.usersOf(map.name())::contains)
                .toList();
        if (!users.isEmpty()) {
            String quoted = users.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
            String using = users.size() == 1
                    ? "program " + users.get(0) + " uses it"
                    : "programs " + String.join(", ", users) + " use it";
            throw BpfException.of(operation)
                    .map(map.name())
                    .because(
                            "the object does not define the inner maps of this outer map (__array(values, ...) in C) and no record"
                                    + " does, so it can't be created, but " + using
                                    + ". Declare the map in a record of the object and load it with its generated class; or leave the"
                                    + " programs out: programs(without(" + quoted + ")) between open and load")
                    .build();
        }
        plan.notCreated().add(map.name());
    }

    private boolean changesInner(MapDef map, MapDef complete) {
        if (map.definition() == null) {
            return true;
        }
        MapDef inner = inFile.innerOf(map);
        // The kernel accepts no sizes for a ring buffer, and libbpf takes them from the type of its events.
        boolean hasEventType = inner.kind().isRing() && (inner.key() != null || inner.value() != null);
        return hasEventType
                || inner.withPages(pinned.factory().pageSize()).maxEntries()
                        != completed.innerOf(complete).maxEntries();
    }

    /** The maps as the object has them. */
    private PinnedMaps ofObject() {
        return pinned.of(completed);
    }

    private void pin(DeclaredPin pin, ObjectBackend backend, Map<PinPaths, RawMap> newPins) {
        RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
        PinPaths paths = paths(pin);
        MapPinner.of(pinned).pin(definition(pin), map, paths);
        newPins.put(paths, map);
    }

    /** Throws if another map is pinned at the path now, because the object's programs use the one that was pinned there before. */
    private void requirePinned(DeclaredPin pin, ObjectBackend backend) {
        RawMap map = Objects.requireNonNull(backend.maps().get(pin.map()), "the object was compared with its schema");
        if (!pinned.pins().isPinned(map, pin.path(options))) {
            throw BpfException.of("load of object " + completed.header())
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
            OuterMapPins outer = OuterMapPins.of(definition(pin), pinned.pins(), paths(pin), pin.inners());
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
