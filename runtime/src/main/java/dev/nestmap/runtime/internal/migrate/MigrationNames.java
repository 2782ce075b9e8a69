/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the words and the rules of a migration that nothing can use, even if no pinned map has to be migrated. Otherwise, a component whose name
 * is wrong in {@code compute} would be zero without a notice.
 */
record MigrationNames(Migration migration, Schema old, Schema records) {
    /** Returns what is wrong, with advice. */
    List<String> problems() {
        return Stream.concat(
                        migration.words().keySet().stream()
                                .filter(name -> !has(old, name) || !has(records, name))
                                .map(
                                        name -> "the migration has a word for " + name + ", but "
                                                + (has(records, name)
                                                        ? "the schema text in Migration.from has no such map: pass the schema text of the"
                                                                + " version that created the pinned map, or remove this word"
                                                        : "the records declare no outer or plain map of this name: remove this word")),
                        unusedRules().stream())
                .toList();
    }

    private static boolean has(Schema schema, String name) {
        return schema.map(name)
                .filter(map -> map.role() == MapRole.OUTER || map.role() == MapRole.PLAIN)
                .isPresent();
    }

    private static Set<String> structs(Schema schema) {
        return Stream.concat(schema.types().stream(), schema.maps().stream().flatMap(map -> map.types().stream()))
                .filter(StructType.class::isInstance)
                .map(NamedType::name)
                .collect(Collectors.toSet());
    }

    /** Returns the rules that no map can use. Of several maps with the same struct, one may be the only one that needs the rule. */
    private List<String> unusedRules() {
        Set<String> elsewhere = new HashSet<>(structs(records));
        elsewhere.addAll(structs(old)); // one that became a value without a name
        MigrationRules rules = new MigrationRules(migration.rules());
        for (MapDef map : records.maps()) {
            MapDef after = entries(records, map);
            MapDef before = old.map(map.name())
                    .filter(found -> found.role() == map.role())
                    .map(found -> entries(old, found))
                    .orElse(null);
            if (after != null && before != null) {
                Stream.concat(after.types().stream(), before.types().stream())
                        .map(NamedType::name)
                        .forEach(elsewhere::remove);
                new LayoutConverter(rules, true, EntryCopier.type(before.key()), EntryCopier.type(after.key()));
                new LayoutConverter(rules, false, EntryCopier.type(before.value()), EntryCopier.type(after.value()));
            }
        }
        return rules.unused(elsewhere);
    }

    /** The definition of the entries of a map that can be migrated; null for another map. */
    private static @Nullable MapDef entries(Schema schema, MapDef map) {
        if (map.role() == MapRole.INNER || (map.role() == MapRole.OUTER && map.definition() == null)) {
            return null;
        }
        MapDef content = schema.contentOf(map);
        return content.key() == null || content.value() == null ? null : content;
    }
}
