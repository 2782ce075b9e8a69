/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.migrate.PinnedMapMigrator;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Rejects migrations that do not say what happens to the entries of a changed map. */
final class MissingWords {
    private MissingWords() {}

    /**
     * Throws if a map has no word.
     *
     * @param migrations the maps that have changed
     */
    static void require(String operation, Collection<PinnedMapMigrator> migrations) {
        List<MapDef> missing = migrations.stream()
                .filter(migration -> !migration.hasWord())
                .map(PinnedMapMigrator::map)
                .toList();
        if (!missing.isEmpty()) {
            throw new BpfException(
                    operation,
                    "pinned maps have changed, and the migration does not say what happens to their entries:"
                            + missing.stream().map(MissingWords::text).collect(Collectors.joining()));
        }
    }

    private static String text(MapDef map) {
        String constant = MapConstantName.of(map.name());
        return "\n  " + map.name() + ": add "
                + (map.role() == MapRole.OUTER
                        ? ".drain(" + constant + ") to get what programs count in it, until the last event; or "
                        : "")
                + ".copy(" + constant
                + ") to copy the entries, without what programs write after the copy; or .discard("
                + constant + ") to start empty";
    }
}
