/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.runtime.pin.Migration.Word;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds names in a migration that neither version has, even if no pinned map has to be migrated. Otherwise the first upgrade in production
 * would find a wrong name in a rule, and a wrong name in a word would leave the map without one.
 */
record MigrationNames(Migration migration, Schema old, Schema records) {
    /** Returns the wrong names, each with advice. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        migration.words().forEach((name, word) -> wordProblem(name, word).ifPresent(problems::add));
        problems.addAll(ruleProblems());
        return problems;
    }

    private Optional<String> wordProblem(String name, Word word) {
        String what = word.name().toLowerCase(Locale.ROOT);
        Set<String> known = maps(records, word);
        if (!known.contains(name)) {
            return Optional.of("the migration has " + what + " for " + name + ", but the records declare no "
                    + (word == Word.DRAIN ? "outer map" : "map") + " with this name in C" + suggestion(known, name));
        }
        return maps(old, word).contains(name)
                ? Optional.empty()
                : Optional.of("the migration has " + what + " for " + name
                        + ", but the schema text in Migration.from has no such map;"
                        + " pass the schema text of the version that created the pinned map, or remove this word");
    }

    private static Set<String> maps(Schema schema, Word word) {
        return schema.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER || (map.role() == MapRole.PLAIN && word != Word.DRAIN))
                .map(MapDef::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> ruleProblems() {
        Set<String> all = structs(records);
        Set<String> known = new HashSet<>(all);
        known.addAll(structs(old)); // one that became a value without a name
        List<String> problems = new ArrayList<>();
        migration.rules().stream()
                .map(Rule::struct)
                .distinct()
                .filter(struct -> !known.contains(struct))
                .forEach(struct -> problems.add("the migration has a rule for " + struct
                        + ", but the records declare no struct with this name in C" + suggestion(all, struct)));
        if (problems.isEmpty()) {
            problems.addAll(componentProblems(known));
        }
        return problems;
    }

    private static Set<String> structs(Schema schema) {
        return Stream.concat(schema.types().stream(), schema.maps().stream().flatMap(map -> map.types().stream()))
                .filter(StructType.class::isInstance)
                .map(NamedType::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the rules that no map can use. Of several maps with the same struct, one may be the only one that needs the rule. */
    private List<String> componentProblems(Set<String> all) {
        Set<String> elsewhere = new HashSet<>(all);
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
        return rules.wrongNames(elsewhere);
    }

    /** The definition of the entries of a map that can be migrated; null for another map. */
    private static @Nullable MapDef entries(Schema schema, MapDef map) {
        if (map.role() == MapRole.INNER || (map.role() == MapRole.OUTER && map.definition() == null)) {
            return null;
        }
        MapDef content = schema.contentOf(map);
        return content.key() == null || content.value() == null ? null : content;
    }

    private static String suggestion(Set<String> names, String wrong) {
        return NearestNameFinder.in(names, wrong)
                .map(near -> ": did you mean " + near + "?")
                .orElse(names.isEmpty() ? "" : ", only " + String.join(", ", names));
    }
}
