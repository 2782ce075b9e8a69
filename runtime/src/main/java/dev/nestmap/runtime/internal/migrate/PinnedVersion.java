/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Determines of which version a pinned map is.
 *
 * @param newMaps the maps of the new version
 * @param map the definition in the new version
 */
record PinnedVersion(ExistingMapFinder newMaps, MapDef map, PinPaths paths) {
    /**
     * Whether the pinned map is of the new version already. Rejects a map that is of neither version.
     *
     * @param old the definition from the schema text that the user passed; null if there is none
     */
    boolean isNew(RawMap raw, @Nullable OldMapDefinition old) {
        List<String> fromNew = new ArrayList<>(newMaps.check(map, raw, paths).differences());
        innerSizeDifference(raw).ifPresent(fromNew::add);
        if (old == null) {
            return fromNew.isEmpty();
        }
        List<String> fromOld = differences(old, raw);
        if (!fromNew.isEmpty() && !fromOld.isEmpty()) {
            throw PinnedMapMigrator.rejected(
                    paths,
                    "the pinned map is of neither version. It differs from the records: it has "
                            + String.join("; ", fromNew)
                            + ". It differs from the schema text in Migration.from: it has "
                            + String.join("; ", fromOld)
                            + ". Pass the schema text of the version that created it; if that version is newer than these"
                            + " records, don't migrate, but run the newer version");
        }
        return fromNew.isEmpty();
    }

    /** Compares the size of the inner maps with a size set at load, which the kernel itself would not compare. */
    private Optional<String> innerSizeDifference(RawMap raw) {
        if (map.role() != MapRole.OUTER || !newMaps.recordSchema().innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = newMaps.schema().innerOf(map);
        MapShape old = newMaps.innerShape(map, raw, paths);
        return inner.isSizedAtLoad() || old == null || old.maxEntries() == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + old.maxEntries() + " instead of " + inner.maxEntries());
    }

    /** Whether the pinned map is of a previous version. */
    boolean isOld(RawMap raw, OldMapDefinition old) {
        return differences(old, raw).isEmpty();
    }

    private List<String> differences(OldMapDefinition old, RawMap raw) {
        return newMaps.of(old.schema()).check(old.map(), raw, paths).differences();
    }
}
