/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.CountMap;
import dev.nestmap.runtime.internal.nest.UncountedTable;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.UncountedMap;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pin of a map, and the pins that belong to it if it is an outer map: a prototype of the inner maps, and the two maps in which programs
 * record keys that they miss.
 */
public final class MapPins {
    private final ExistingMapFinder maps;
    private final MapDef map;
    private final ClaimedPin claimed;
    private final PinPaths paths;
    private final Pins pins;

    /** Where {@link #pin} has pinned the map: see {@link Pins#place}. */
    private @Nullable Object created;

    /** Makes no system calls. */
    public MapPins(ExistingMapFinder maps, MapDef map, ClaimedPin claimed) {
        this.maps = maps;
        this.map = map;
        this.claimed = claimed;
        this.paths = claimed.paths();
        this.pins = claimed.pins();
    }

    /** Pins a new map; an outer map with a prototype beside it. */
    public void pin(RawMap raw) {
        if (map.role() != MapRole.OUTER) {
            pins.pin(raw, paths.outer(), paths.options());
            created = pins.place(paths.outer());
            return;
        }
        try (RawMap prototype = maps.createPrototype(map)) {
            pin(raw, prototype);
        }
    }

    /**
     * Pins the prototype before the outer map, so that a pinned outer map always has its prototype.
     */
    void pin(RawMap outer, RawMap prototype) {
        claimed.owning(() -> {
            if (pins.exists(paths.outer())) {
                // It is missing after a kill at the wrong moment. A service that looks for it would create the map for
                // ever.
                paths.link(pins);
                pins.pin(outer, paths.outer(), paths.options()); // fails, and leaves the prototype as it is
                return;
            }
            removeOldPrototype();
            pins.pin(prototype, paths.prototype(), paths.options());
            try (Undo undo = new Undo(() -> pins.remove(paths.prototype()))) {
                pins.pin(outer, paths.outer(), paths.options());
                undo.commit();
            }
            created = pins.place(paths.outer());
        });
    }

    /** Removes the prototype of an outer map that was removed or never pinned. Throws if something else is pinned there. */
    private void removeOldPrototype() {
        try (RawMap old = pins.open(paths.prototype(), MapAccess.READ_ONLY)) {
            if (old == null) {
                return;
            }
            if (!LayoutFingerprint.isOne(old.shape().name())) {
                throw new BpfException(
                        Reason.ALREADY_EXISTS,
                        "pinning of an outer map at " + paths.outer(),
                        "Nestmap needs the path " + paths.prototype()
                                + " for a prototype of the inner maps, but the map "
                                + old.shape().name()
                                + " is pinned there, which Nestmap did not create; pin one of the two elsewhere");
            }
        }
        pins.remove(paths.prototype());
    }

    /**
     * Undoes {@link #pin}, also if it has failed, unless somebody has pinned another map there. Needs no descriptor after {@link #pin}, because there
     * may be none left. The caller owns the set.
     */
    public void unpin(RawMap raw) {
        boolean isOurs =
                created == null ? pins.isPinned(raw, paths.outer()) : created.equals(pins.place(paths.outer()));
        if (isOurs) {
            pins.remove(paths.outer());
        }
        if (isOurs && map.role() == MapRole.OUTER) {
            pins.remove(paths.prototype());
        }
    }

    /**
     * Opens the pinned map in which programs count what they could not count in inner maps. Returns null if they do not count it, the map is not
     * pinned beside this map, or the handle is read-only.
     */
    @Nullable
    UncountedTable openUncounted(Undo undo) {
        OpenMap counts = openWritable(UncountedMap.in(maps.schema(), map), paths.uncounted(), undo);
        return counts == null ? null : new UncountedTable(counts);
    }

    /** @param undo closes the map */
    private @Nullable OpenMap openWritable(Optional<MapDef> counts, Path pin, Undo undo) {
        OpenMap opened = paths.access() == MapAccess.READ_ONLY ? null : openBeside(counts, pin);
        if (opened != null) {
            undo.add(() -> opened.close("its outer map could not be opened"));
        }
        return opened;
    }

    private @Nullable OpenMap openBeside(Optional<MapDef> counts, Path pin) {
        MapDef definition = counts.orElse(null);
        RawMap found = definition == null ? null : find(definition, PinPaths.find(pin, pins), paths.access());
        return definition == null || found == null ? null : new OpenMap(definition.name(), found);
    }

    /** Reads how many events of a stream programs have lost; null if this is not known. */
    @Nullable
    Long lostEvents() {
        try (OpenMap counts = openBeside(LostEventMap.in(maps.schema(), map), paths.lostEvents())) {
            return counts == null ? null : (Long) CountMap.ofStream(counts);
        }
    }

    /** Opens the map at another pin. Returns null if nothing is pinned there. */
    private @Nullable RawMap find(MapDef definition, Path path, MapAccess access) {
        ExistingMapFinder.Found found = maps.find(definition, at(path, access));
        return found == null ? null : found.map();
    }

    /**
     * Opens the plain map at another pin, or creates and pins it.
     *
     * @param undo closes the map, and removes its pin if it is new
     */
    RawMap findOrPin(MapDef definition, Path path, Undo undo) {
        RawMap pinned = find(definition, path, MapAccess.READ_WRITE);
        if (pinned != null) {
            undo.add(pinned::close);
            return pinned;
        }
        MapPins other = new MapPins(maps, definition, claimed.at(at(path, MapAccess.READ_WRITE)));
        RawMap created = maps.factory().create(MapShape.of(definition), null);
        undo.add(created::close);
        undo.add(() -> other.unpin(created));
        other.pin(created);
        return created;
    }

    private PinPaths at(Path path, MapAccess access) {
        return new PinPaths(path, paths.options(), access);
    }
}
