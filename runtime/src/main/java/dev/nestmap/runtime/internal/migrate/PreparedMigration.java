/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.nest.SlotComparison;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The upgrade of one pinned map that has created, filled and pinned all new maps in the next generation.
 *
 * @param newMaps the maps of the new version
 * @param map the definition in the new version
 * @param old the old map, which this object closes
 * @param created the new map, which {@link PinnedMapMigrator} closes, or whoever takes it over
 * @param copied how many maps it has copied, retired or discarded
 * @param innerIds the ids of the inner maps in the old slots
 * @param treatment what happens to the entries
 * @param retired the old maps that wait
 */
record PreparedMigration(
        ExistingMapFinder newMaps,
        MapDef map,
        ClaimedPin claimed,
        RawMap old,
        RawMap created,
        int copied,
        Set<Integer> innerIds,
        Treatment treatment,
        RetiredMaps retired) {
    /** Whether the old maps wait, so that no count in them is lost. */
    boolean keepsOld() {
        return treatment == Treatment.DRAIN || treatment == Treatment.KEEP;
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
     * Gives the new maps in which programs may have counted names in the old generation, which is about to be in use again. So a version that can read the
     * inner maps drains them. The maps that had been displaced before have their names there.
     */
    void retireNew(Generation generation) {
        if (!keepsOld()) {
            return; // programs only read the new ones, too
        }
        try (RawMap current = Objects.requireNonNull(
                claimed.pins().open(paths().outer(), MapAccess.READ_ONLY), "this process owns the set")) {
            RetiredMaps retiredNow = new RetiredMaps(generation, claimed, current.id()).begin();
            if (map.role() != MapRole.OUTER) {
                retiredNow.addItself(current);
                return;
            }
            NestPins slots = NestMigrator.pinsOf(claimed, map);
            Map<Integer, List<SlotKey>> inners = slots.slots(current);
            SlotComparison compared = slots.compared(inners, generation.idsInSlots());
            inners.forEach((id, holders) -> {
                try (FormerInner counted = FormerInner.open(id, holders, compared, newMaps.factory())) {
                    retiredNow.add(counted);
                }
            });
        }
    }
}
