/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.migrate.MigrationCheck;
import dev.nestmap.runtime.internal.migrate.PinnedMapMigrator;
import dev.nestmap.schema.MapDef;
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
                    missing.stream()
                            .map(map -> "\n  " + MigrationCheck.withoutWord(map))
                            .collect(Collectors.joining()));
        }
    }
}
