/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Word;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.Step;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks a migration from one schema text to another. A load with this migration refuses the same before it changes anything, so a unit test
 * finds what would otherwise be found by an upgrade.
 *
 * @param records the schema of the version to which the migration leads
 * @param pinned the names of the maps that the records pin
 */
public record MigrationCheck(Migration migration, Schema records, Set<String> pinned, List<String> problems)
        implements Migration.Check {
    /** Checks a migration. */
    public static MigrationCheck of(Migration migration, Schema records, Collection<String> pinned) {
        Schema old = SchemaText.parse(migration.schemaText());
        List<String> problems = new ArrayList<>(unusedWords(migration, old, records));
        problems.addAll(unusedRules(migration, old, records));
        if (problems.isEmpty()) {
            records.maps().stream()
                    .filter(map ->
                            pinned.contains(map.name()) || migration.words().containsKey(map.name()))
                    .forEach(map -> old.map(map.name())
                            .ifPresent(before -> check(migration, old, before, records, map, problems)));
        }
        return new MigrationCheck(migration, records, Set.copyOf(pinned), List.copyOf(problems));
    }

    private static List<String> unusedWords(Migration migration, Schema old, Schema records) {
        return migration.words().keySet().stream()
                .filter(name -> !has(old, name) || !has(records, name))
                .map(name -> "the migration has a word for " + name + ", but "
                        + (has(records, name)
                                ? "the schema text in Migration.from has no such map: pass the schema text of the"
                                        + " version that created the pinned map, or remove this word"
                                : "the records declare no outer or plain map of this name: remove this word"))
                .toList();
    }

    private static boolean has(Schema schema, String name) {
        return schema.map(name)
                .filter(map -> map.role() == MapRole.OUTER || map.role() == MapRole.PLAIN)
                .isPresent();
    }

    /** The rules that no map of both versions uses, so that a wrong name is found. A rule of a struct that no such map has may be for another version. */
    private static List<String> unusedRules(Migration migration, Schema old, Schema records) {
        Set<Migration.Rule> unused = new LinkedHashSet<>(migration.rules());
        Set<String> elsewhere = Stream.of(old, records)
                .flatMap(schema -> schema.types().stream())
                .map(NamedType::name)
                .collect(Collectors.toSet());
        for (MapDef map : records.maps()) {
            MapDef before = old.map(map.name()).orElse(null);
            if (!has(records, map.name()) || before == null || before.role() != map.role()) {
                continue;
            }
            MapPlan plan = plan(migration, old, before, records, map);
            if (plan.keys() != null && plan.values() != null) {
                Stream.of(old.contentOf(before), records.contentOf(map))
                        .flatMap(content -> content.types().stream())
                        .forEach(type -> elsewhere.remove(type.name()));
                Stream.of(plan.keys(), plan.values())
                        .flatMap(part -> part.steps().stream())
                        .filter(Step.Computed.class::isInstance)
                        .map(Step.Computed.class::cast)
                        .forEach(step -> unused.remove(
                                migration.rule(step.struct(), step.to().name())));
            }
        }
        return unused.stream()
                .filter(rule -> !elsewhere.contains(rule.struct()))
                .map(rule -> "the migration has a rule for " + rule.struct() + "."
                        + (rule.component().isEmpty() ? "\"\"" : rule.component())
                        + ", which no map uses: correct the name, or remove the rule")
                .toList();
    }

    private static MapPlan plan(Migration migration, Schema old, MapDef before, Schema records, MapDef map) {
        return MapPlan.of(old, before, records, map, (struct, component) -> migration.rule(struct, component) != null);
    }

    private static void check(
            Migration migration, Schema old, MapDef before, Schema records, MapDef map, List<String> problems) {
        MapPlan plan = plan(migration, old, before, records, map);
        if (before.role() != map.role()) {
            problems.addAll(plan.problems());
            return;
        }
        Word word = migration.words().get(map.name());
        if (word == Word.COPY && mayCount(old, before, records, map)) {
            problems.add("the inner maps of " + map.name()
                    + " have counts of programs, which keep counting after a copy: add .drain("
                    + MapConstantName.of(map.name())
                    + ") instead of copy, which hands out all counts. Only inner maps with RDONLY_PROG in both versions are copied, such as"
                    + " settings");
            return;
        }
        if (plan.outcome() == MapPlan.Outcome.UNCHANGED) {
            return;
        }
        if (word == null
                && (mayCount(old, before, records, map)
                        || !records.contentOf(map).isReadOnlyToPrograms())) {
            problems.add(withoutWord(map));
        }
        if (word == Word.DISCARD) {
            MapPlan.outerProblem(old, before, records, map).ifPresent(problems::add);
        } else {
            entryProblem(migration, old, before, records, map).ifPresent(problems::add);
        }
    }

    /** Whether an outer map can have inner maps to which programs write. */
    private static boolean mayCount(Schema old, MapDef before, Schema records, MapDef map) {
        return map.role() == MapRole.OUTER
                && !(old.contentOf(before).isReadOnlyToPrograms()
                        && records.contentOf(map).isReadOnlyToPrograms());
    }

    /** Says which words the caller can choose for a map that has changed. */
    public static String withoutWord(MapDef map) {
        String constant = MapConstantName.of(map.name());
        return map.name() + " has changed, and its entries need a word: add "
                + (map.role() == MapRole.OUTER
                        ? ".drain(" + constant + ") to get what programs count in it, until the last event"
                        : ".copy(" + constant + ") to copy the entries, without what programs write after the copy")
                + "; or .discard(" + constant + ") to start empty";
    }

    /** Plans the copy, and runs each function once, on an entry of zeros. */
    private static Optional<String> entryProblem(
            Migration migration, Schema old, MapDef before, Schema records, MapDef map) {
        try {
            EntryCopier copy = EntryCopier.of(old, before, records, map, migration);
            copy.tryZeros();
            return Optional.empty();
        } catch (BpfException e) {
            return Optional.of(e.getMessage());
        } catch (IllegalArgumentException e) {
            return Optional.of("a function of " + map.name() + " fails: " + e.getMessage());
        } catch (RuntimeException e) { // an entry of zeros may be impossible
            WarningLog.RUNTIME.log(
                    System.Logger.Level.INFO,
                    "the migration of " + map.name() + " can't be checked in full: a function throws " + e
                            + " for an entry of zeros. If such entries can exist, the migration will fail; otherwise, test the function"
                            + " with the entries that do",
                    e);
            return Optional.empty();
        }
    }

    @Override
    public void requireComplete() {
        requireComplete("check of a migration to " + records.origin());
    }

    /** Does the same, and names the operation. */
    public void requireComplete(String operation) {
        if (!problems.isEmpty()) {
            throw new BpfException(Reason.MISMATCH, operation, "\n  " + String.join("\n  ", problems));
        }
    }

    @Override
    public MigrationCheck rollback() {
        Migration back = migration.rollback(SchemaText.print(records));
        return of(back, SchemaText.parse(migration.schemaText()), pinned);
    }

    @Override
    public String toString() {
        return problems.isEmpty() ? "complete" : String.join("\n", problems);
    }
}
