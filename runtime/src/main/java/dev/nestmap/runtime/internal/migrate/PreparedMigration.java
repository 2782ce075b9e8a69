/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration.Result;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A migration of one pinned map that has created, filled and pinned all new maps in the next generation.
 *
 * @param newMaps the maps of the new version
 * @param map the definition in the new version
 * @param old the old map, which this object closes
 * @param copy has copied the entries, unless they are drained or discarded
 * @param innerIds the ids of the inner maps in the old slots
 * @param isDraining whether the old inner maps are drained
 */
record PreparedMigration(
        ExistingMapFinder newMaps,
        MapDef map,
        ClaimedPin claimed,
        RawMap old,
        EntryCopier copy,
        Result result,
        Set<Integer> innerIds,
        boolean isDraining) {
    PreparedMigration {
        result = EntryCopier.sum(Result.NOTHING, result); // done, even without an inner map
    }

    /** The pins of the map, in the generation in use. */
    PinPaths paths() {
        return claimed.paths();
    }

    /** The ids of the old maps: of the map and of the inner maps in its slots. */
    Set<Integer> oldIds() {
        Set<Integer> ids = new HashSet<>(innerIds);
        ids.add(old.id());
        return ids;
    }

    /**
     * Counts the old maps that somebody has written to since their entries were copied. Leaves out inner maps that this process may not open.
     */
    int changedSinceCopy() {
        int changed = 0;
        for (int id : copy.copied().keySet()) {
            RawMap opened = id == old.id()
                    ? old.duplicate()
                    : InnerMapSampleFinder.ifAllowed(() -> newMaps.factory().open(id));
            if (opened != null) {
                try (opened) {
                    changed += copy.isChanged(opened) ? 1 : 0;
                }
            }
        }
        return changed;
    }

    /**
     * Gives the inner maps in the slots of the new map names in the old generation, which is about to be in use again. Then the next load with a
     * migration between the two versions drains them. The maps that had been displaced before have their names there.
     */
    void retireNew(Generation generation) {
        if (map.role() != MapRole.OUTER) {
            return;
        }
        NestPins slots = NestMigrator.pinsOf(claimed, map);
        String layout = LayoutFingerprint.of(newMaps.recordSchema(), map);
        try (RawMap current = Objects.requireNonNull(
                claimed.pins().open(paths().outer(), MapAccess.READ_ONLY), "this process owns the set")) {
            slots.slots(current).forEach((id, holders) -> {
                try (RawMap counted = NestMigrator.open(id, holders.get(0), slots, newMaps.factory())) {
                    new RetiredMapPins(claimed.pins(), paths())
                            .retire(generation, layout, holders.get(0), counted, false);
                }
            });
        }
    }
}
