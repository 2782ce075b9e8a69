/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.RequestTable;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.RequestMaps;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens and creates the pinned maps in which programs record keys that they miss in an outer map. */
record RequestTablePins(PinnedMaps maps, Pins pins) {
    /** Opens the pinned maps, or creates and pins them. Returns null if the outer map's record is not on demand. */
    @Nullable
    RequestTable openOrCreate(MapDef outer, PinPaths paths) {
        RequestMaps onDemand = RequestMaps.in(maps.schema(), outer).orElse(null);
        if (onDemand == null) {
            return null;
        }
        RawMap pinned = maps.find(onDemand.requests(), paths.requests(), PinAccess.READ_WRITE);
        RawMap requests = pinned != null ? pinned : createPinned(onDemand.requests(), paths.requests(), paths);
        try (Undo undo = new Undo()) {
            if (pinned == null) {
                undo.add(() -> pins.remove(paths.requests())); // a new pin must not stay alone
            }
            RequestTable table = table(onDemand, requests, map -> findOrPin(map, paths.lost(), paths));
            undo.commit();
            return table;
        }
    }

    /**
     * Opens the pinned maps. Returns null if the record is not on demand, the maps are not pinned, or the handle is read-only.
     */
    @Nullable
    RequestTable open(MapDef outer, PinPaths paths) {
        RequestMaps onDemand = RequestMaps.in(maps.schema(), outer).orElse(null);
        if (onDemand == null || paths.access() == PinAccess.READ_ONLY) {
            return null;
        }
        RawMap requests = maps.find(onDemand.requests(), paths.requests(), PinAccess.READ_WRITE);
        return requests == null
                ? null
                : table(onDemand, requests, map -> maps.find(map, paths.lost(), PinAccess.READ_WRITE));
    }

    private RawMap findOrPin(MapDef map, Path path, PinPaths outer) {
        RawMap pinned = maps.find(map, path, PinAccess.READ_WRITE);
        try {
            return pinned != null ? pinned : createPinned(map, path, outer);
        } catch (BpfException e) {
            RawMap pinnedMeanwhile = e.errno() == Errno.EEXIST ? maps.find(map, path, PinAccess.READ_WRITE) : null;
            if (pinnedMeanwhile == null) {
                throw e;
            }
            return pinnedMeanwhile;
        }
    }

    private RawMap createPinned(MapDef map, Path path, PinPaths outer) {
        RawMap created = maps.factory().create(MapShape.of(map), null);
        try (Undo undo = new Undo(created::close)) {
            pins.pin(created, path, outer.options());
            return undo.commit(created);
        }
    }

    /** Creates a table that owns both maps. Returns null and closes the first map if the second one is missing. */
    private static @Nullable RequestTable table(
            RequestMaps onDemand, RawMap requests, Function<MapDef, @Nullable RawMap> openLost) {
        try (Undo undo = new Undo(requests::close)) {
            RawMap lost = openLost.apply(onDemand.lost());
            return lost == null
                    ? null
                    : undo.commit(new RequestTable(
                            new LeasedMap(onDemand.requests().name(), requests),
                            new LeasedMap(onDemand.lost().name(), lost)));
        }
    }
}
