/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.EntryLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Finds out whether a pinned map is of the version that a migration leads to, or of the previous one. */
final class VersionCheck {
    private final Schema records;
    private final MapDef map;
    private final PinnedMaps newMaps;

    /**
     * @param records the schema of the records, without sizes that are set at load
     * @param map the definition in the new version
     * @param newMaps the maps of the new version
     */
    VersionCheck(Schema records, MapDef map, PinnedMaps newMaps) {
        this.records = records;
        this.map = map;
        this.newMaps = newMaps;
    }

    /**
     * Whether the pinned map is of the new version already. Rejects a map that is of neither version, and one that may be of either.
     *
     * @param old the definition from the schema text that the user passed; null if there is none
     */
    boolean isNew(RawMap raw, PinPaths paths, @Nullable OldDefinition old) {
        List<String> fromNew = new ArrayList<>(newMaps.check(map, raw, paths).differences());
        innerSizeDifference(raw, paths).ifPresent(fromNew::add);
        if (old == null) {
            return fromNew.isEmpty();
        }
        List<String> fromOld =
                newMaps.of(old.schema()).check(old.map(), raw, paths).differences();
        if (!fromNew.isEmpty() && !fromOld.isEmpty()) {
            throw PinMigration.rejected(
                    paths,
                    "the pinned map is of neither version. It differs from the records: it has "
                            + String.join("; ", fromNew)
                            + ". It differs from the schema text in Migration.from: it has "
                            + String.join("; ", fromOld)
                            + ". Pass the schema text of the version that created it; if that version is newer than these"
                            + " records, don't migrate, but run the newer version");
        }
        if (map.role() != MapRole.OUTER && fromNew.isEmpty() && fromOld.isEmpty() && !hasSameLayout(old.map())) {
            throw PinMigration.rejected(
                    paths,
                    "the old and the new layout have the same sizes, and this process can't read the layout of the pinned map"
                            + " (that requires CAP_SYS_ADMIN, and a map that was created with BTF). So it might be migrated twice,"
                            + " which would corrupt its entries. Run the migration with CAP_SYS_ADMIN, or pin the new version"
                            + " under another name, where it starts empty");
        }
        return fromNew.isEmpty();
    }

    /** Compares the size of the inner maps with a size set at load, which the kernel itself would not compare. */
    private Optional<String> innerSizeDifference(RawMap raw, PinPaths paths) {
        if (map.role() != MapRole.OUTER || !records.innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = newMaps.schema().innerOf(map);
        OptionalLong size = newMaps.samples().size(raw, paths);
        return inner.isSizedAtLoad() || size.isEmpty() || size.getAsLong() == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + size.getAsLong() + " instead of " + inner.maxEntries());
    }

    private boolean hasSameLayout(MapDef old) {
        return EntryLayout.changes(
                        newMaps.schema(),
                        map,
                        old.key(),
                        Objects.requireNonNull(old.value(), "a map with entries has values"))
                .isEmpty();
    }
}
