/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder.Found;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.nest.OtherVersions;
import dev.nestmap.runtime.internal.nest.UncountedTable;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens maps without an object by their pins or ids, and creates outer maps. */
public record ObjectlessMapOpener(ExistingMapFinder maps) {
    /**
     * Opens a pinned map and what is beside it, in one generation. The caller closes it.
     *
     * @throws BpfException if nothing is pinned there, or the pinned map differs from its definition
     */
    public ObjectlessMap open(MapDef map, PinPaths paths, boolean pinsInners) {
        return Objects.requireNonNull(reading(paths, view -> open(map, paths, pinsInners, view)), "or it throws");
    }

    /**
     * Opens a pinned outer map whose schema was read from the map itself, so that there is nothing to compare. The caller closes it.
     *
     * @param id the id of the map whose schema was read
     * @return null if this map is not pinned there
     */
    public @Nullable ObjectlessMap openDescribed(MapDef map, int id, PinPaths paths) {
        return reading(paths, view -> {
            RawMap raw = PinFormat.open(view, paths.outer(), paths.access());
            if (raw != null && raw.id() != id) {
                raw.close();
                return null;
            }
            return raw == null
                    ? null
                    : open(map, paths, false, new Found(raw, null, false, null), EqualVersions.ANY, view);
        });
    }

    private @Nullable ObjectlessMap reading(PinPaths paths, Function<Pins, @Nullable ObjectlessMap> action) {
        return maps.pins().reading(paths.outer(), action, opened -> opened.close("another map was pinned meanwhile"));
    }

    /**
     * Opens a map that was opened by its id. The caller closes it.
     *
     * @param byId the map; null if there is no such map
     * @throws BpfException if there is no such map, or if it differs from its definition
     */
    public ObjectlessMap open(MapDef map, int id, @Nullable RawMap byId, PinOptions options) {
        Found found = maps.found(map, id, byId, options);
        RawMap raw = found.map();
        try (Undo undo = new Undo(raw::close)) {
            Schema schema = maps.withInnerMapsOf(map, raw, null);
            ObjectlessMap opened =
                    opened(schema, maps.completedMap(map, raw), raw, Beside.NOTHING, found.isLayoutCompared());
            if (opened.nest() != null) {
                opened.nest()
                        .othersMayChangeSlots(
                                "the outer map was opened by its id, so Nestmap does not know who else changes its slots, and two processes "
                                        + "could displace the same inner map; open it from its pin");
            }
            return undo.commit(opened);
        }
    }

    private ObjectlessMap open(MapDef map, PinPaths paths, boolean pinsInners, Pins view) {
        Found found = maps.in(view).find(map, paths);
        if (found == null) {
            throw BpfException.of(Errno.ENOENT.number(), "opening of the pin " + paths.outer())
                    .because(
                            "nothing is pinned there; check the path, or pin a map with @OuterMap(pin = ...) or with create(pin) of its declaration");
        }
        return open(map, paths, pinsInners, found, new EqualVersions(maps, map), view);
    }

    /** @param view the pins in the generation of the map, which end before the handle does */
    private ObjectlessMap open(
            MapDef map, PinPaths paths, boolean pinsInners, Found found, OtherVersions versions, Pins view) {
        RawMap raw = found.map();
        try (Undo undo = new Undo(raw::close)) {
            ExistingMapFinder beside = maps.in(view);
            Schema schema = beside.withInnerMapsOf(map, raw, found.text());
            ClaimedPin claimed = new ClaimedPin(maps.pins(), paths);
            NestPins outerPins = NestPins.of(map, claimed, pinsInners, versions);
            MapDef complete = maps.completedMap(map, raw);
            UncountedTable uncounted = new MapPins(beside, map, paths).openUncounted(undo);
            KeyRequestTable requests = openRequests(map, paths, uncounted, view);
            if (requests != null) {
                undo.add(() -> requests.close("its outer map could not be opened"));
            }
            ObjectlessMap opened =
                    opened(schema, complete, raw, new Beside(outerPins, requests, uncounted), found.isLayoutCompared());
            if (opened.nest() == null) {
                opened.map().countLostEvents(new MapPins(maps, map, paths)::lostEvents);
            }
            return undo.commit(opened);
        }
    }

    /**
     * Creates an outer map, which the caller closes.
     *
     * @param path where it is pinned; if null, it is not pinned and ends with its handle
     */
    public ObjectlessMap create(MapDef map, @Nullable Path path, PinOptions options, boolean pinsInners) {
        if (path == null) {
            return create(map, null, pinsInners, null);
        }
        String operation = "creation of map " + map.name();
        ClaimedPin claimed = new ClaimedPin(maps.pins(), new PinPaths(path, options, MapAccess.READ_WRITE));
        Pins.Lock share = claimed.claim().acquire(operation);
        try (share) {
            Pins.Lock door = claimed.claim().closeDoor();
            try (door;
                    Generation next = new Generation(
                            operation, maps.pins(), claimed.paths().set(), options, Map.of())) {
                requireMissing(map, claimed.paths());
                ObjectlessMap created = published(create(map, claimed, pinsInners, next), next);
                next.removePrevious();
                return created;
            }
        }
    }

    /** Creates an outer map without inner maps, which the caller closes. */
    public static RawMap createOuter(ExistingMapFinder maps, MapDef map) {
        try (RawMap sample = InnerMapSampleFinder.createForLoad(maps.schema().innerOf(map), maps.factory())) {
            return maps.factory().create(MapShape.of(map), sample);
        }
    }

    private static ObjectlessMap published(ObjectlessMap created, Generation next) {
        try (Undo undo = new Undo(() -> created.close("it could not be pinned"))) {
            undo.add(() -> {
                if (next.isPublished()) {
                    next.takeBack(false);
                }
            });
            next.publish();
            KeyRequestTable requests =
                    created.nest() == null ? null : created.nest().requests();
            if (requests != null) {
                requests.prepare();
            }
            return undo.commit(created);
        }
    }

    private void requireMissing(MapDef map, PinPaths paths) {
        if (maps.pins().exists(paths.outer())) {
            // It is missing after a kill at the wrong moment. A service that looks for it would create the map for
            // ever.
            paths.link(maps.pins());
            throw BpfException.of(Errno.EEXIST.number(), "pinning of map " + map.name() + " at " + paths.outer())
                    .because("something is pinned there already: open that map (openPinned), or pin to another path");
        }
    }

    /**
     * Creates an outer map, and what is missing beside it.
     *
     * @param claimed the pin; null if the map is not pinned
     * @param next where it is pinned
     */
    private ObjectlessMap create(
            MapDef map, @Nullable ClaimedPin claimed, boolean pinsInners, @Nullable Generation next) {
        try (Undo undo = new Undo()) {
            RawMap outer = createOuter(maps, map);
            undo.add(outer::close);
            Beside beside = Beside.NOTHING;
            if (claimed != null && next != null) {
                MapPins pins = new MapPins(maps, map, claimed.paths());
                pins.pin(outer, claimed.paths().coming());
                next.add(claimed.paths().outer(), PinPaths.ends());
                beside = openOrCreateCompanions(
                        map,
                        claimed.paths(),
                        pins,
                        NestPins.of(map, claimed, pinsInners, new EqualVersions(maps, map)),
                        next,
                        undo);
            }
            return undo.commit(opened(maps.schema(), map, outer, beside, true));
        }
    }

    /**
     * Opens the pinned maps in which programs count and request, or creates them and pins them in the next generation.
     *
     * @param undo closes them
     */
    private Beside openOrCreateCompanions(
            MapDef map, PinPaths paths, MapPins pins, @Nullable NestPins outerPins, Generation next, Undo undo) {
        MapDef counts = UncountedMap.in(maps.schema(), map).orElse(null);
        if (counts == null) {
            return new Beside(outerPins, null, null);
        }
        RawMap table = pins.findOrPin(counts, PinPaths.find(paths.uncounted(), maps.pins()), next, undo);
        UncountedTable uncounted = new UncountedTable(new OpenMap(counts.name(), table));
        KeyRequestMaps onDemand = KeyRequestMaps.in(maps.schema(), map).orElse(null);
        KeyRequestTable requests =
                onDemand == null ? null : table(openOrCreate(onDemand.requests(), paths, next, undo), uncounted);
        return new Beside(outerPins, requests, uncounted);
    }

    /** @param undo closes the map */
    private ObjectlessMap openOrCreate(MapDef requests, PinPaths paths, Generation next, Undo undo) {
        PinPaths own = PinPaths.of(paths.requests(), paths.options(), MapAccess.READ_WRITE, maps.pins());
        ObjectlessMap opened = maps.pins().exists(own.outer())
                ? open(requests, own, true)
                : create(requests, new ClaimedPin(maps.pins(), own), true, next);
        undo.add(() -> opened.close("its outer map could not be opened"));
        return opened;
    }

    /** Opens the pinned request map. Returns null if the record is not on demand, the maps are not pinned, or the handle is read-only. */
    private @Nullable KeyRequestTable openRequests(
            MapDef map, PinPaths paths, @Nullable UncountedTable lost, Pins view) {
        KeyRequestMaps onDemand = KeyRequestMaps.in(maps.schema(), map).orElse(null);
        if (onDemand == null || lost == null || !view.exists(PinPaths.find(paths.requests(), view))) {
            return null;
        }
        PinPaths own = PinPaths.of(paths.requests(), paths.options(), MapAccess.READ_WRITE, view);
        return table(open(onDemand.requests(), own, true, view), lost);
    }

    private static KeyRequestTable table(ObjectlessMap tables, UncountedTable lost) {
        return new KeyRequestTable(Objects.requireNonNull(tables.nest(), "an outer map"), lost);
    }

    /** What belongs to an outer map. */
    record Beside(
            @Nullable NestPins pins,
            @Nullable KeyRequestTable requests,
            @Nullable UncountedTable uncounted) {
        static final Beside NOTHING = new Beside(null, null, null);
    }

    /** Creates the handle of an open map. Nothing may fail after this: a handle that nobody gets would warn that it was not closed. */
    private ObjectlessMap opened(Schema schema, MapDef map, RawMap raw, Beside beside, boolean isLayoutCompared) {
        OpenMap handle = new OpenMap(map.name(), raw);
        if (map.role() != MapRole.OUTER) {
            return new ObjectlessMap(handle.watched(), null, isLayoutCompared);
        }
        MapDef inner = schema.innerOf(map);
        // Without the object, Nestmap does not know the programs that use the map, so it does not notice a sleepable
        // program.
        Nest nest = new Nest(
                handle, MapShape.of(inner), maps.factory().of(inner), List.of(), beside.pins(), beside.requests());
        nest.countUncounted(beside.uncounted(), true, false, false);
        if (!schema.isForeign()) {
            nest.growInners();
        }
        return new ObjectlessMap(handle.watched(), nest, isLayoutCompared);
    }
}
