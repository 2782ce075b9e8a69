/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.nio.file.Path;
import java.util.List;

/** Pins new maps. Pins a prototype of the inner maps beside an outer map. */
public record MapPinner(Prototypes prototypes, Pins pins) {
    /** Pins the maps of a schema. */
    public static MapPinner of(PinnedMaps maps) {
        return new MapPinner(Prototypes.of(maps), maps.pins());
    }

    /** Pins a map; an outer map with a prototype beside it. */
    public void pin(MapDef map, RawMap raw, PinLock lock) {
        if (map.role() != MapRole.OUTER) {
            pins.pin(raw, lock.paths().outer(), lock.paths().options());
            return;
        }
        RawMap prototype = prototypes.createToPin(map);
        try {
            pinOuter(raw, prototype, lock);
        } finally {
            prototype.close();
        }
    }

    /**
     * Pins the prototype before the outer map, so that a pinned outer map always has its prototype. No other process pins a map there
     * meanwhile, whose prototype this one would remove.
     */
    void pinOuter(RawMap outer, RawMap prototype, PinLock lock) {
        lock.holdingIfAllowed(() -> pinBoth(outer, prototype, lock.paths()));
    }

    private void pinBoth(RawMap outer, RawMap prototype, PinPaths paths) {
        RawMap pinned = pins.open(paths.outer(), PinAccess.READ_ONLY);
        if (pinned != null) {
            pinned.close();
            pins.pin(outer, paths.outer(), paths.options()); // fails, and leaves the prototype as it is
            return;
        }
        removeOldPrototype(paths);
        pins.pin(prototype, paths.prototype(), paths.options());
        try (Undo undo = new Undo(() -> pins.remove(paths.prototype()))) {
            pins.pin(outer, paths.outer(), paths.options());
            undo.commit();
        }
    }

    /** Removes the prototype of an outer map that was removed or never pinned. Throws if something else is pinned there. */
    private void removeOldPrototype(PinPaths paths) {
        RawMap old = pins.open(paths.prototype(), PinAccess.READ_ONLY);
        if (old == null) {
            return;
        }
        String name = old.shape().name();
        old.close();
        if (!LayoutFingerprint.isOne(name)) {
            throw new BpfException(
                    "pinning of an outer map at " + paths.outer(),
                    "Nestmap needs the path " + paths.prototype() + " for a prototype of the inner maps, but the map "
                            + name + " is pinned there, which Nestmap did not create; pin one of the two elsewhere");
        }
        pins.remove(paths.prototype());
    }

    /** Undoes {@link #pin}, unless another process has pinned another map there meanwhile, such as a migrated one. */
    public void unpin(RawMap map, PinLock lock) {
        PinPaths paths = lock.paths();
        if (map.shape().kind().isMapOfMaps()) {
            lock.holdingIfAllowed(() -> remove(map, paths, List.of(paths.prototype())));
        } else {
            remove(map, paths, List.of());
        }
    }

    private void remove(RawMap map, PinPaths paths, List<Path> beside) {
        if (pins.isPinned(map, paths.outer())) {
            pins.remove(paths.outer());
            beside.forEach(pins::remove);
        }
    }
}
