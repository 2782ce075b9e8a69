/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Word;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.EntryLayoutCheck;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.compare.MeaningChange;
import dev.nestmap.schema.text.SchemaText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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
        List<String> problems = new ArrayList<>(new MigrationNames(migration, old, records).problems());
        if (problems.isEmpty()) {
            records.maps().stream()
                    .filter(map ->
                            pinned.contains(map.name()) || migration.words().containsKey(map.name()))
                    .forEach(map -> old.map(map.name())
                            .ifPresent(before -> check(migration, old, before, records, map, problems)));
        }
        return new MigrationCheck(migration, records, Set.copyOf(pinned), List.copyOf(problems));
    }

    private static void check(
            Migration migration, Schema old, MapDef before, Schema records, MapDef map, List<String> problems) {
        if (before.role() != map.role()) {
            problems.add(map.name() + " was " + (before.role() == MapRole.OUTER ? "an outer map" : "no outer map")
                    + ", so its pin can't be migrated: pin the new version under another name, where it starts empty");
            return;
        }
        Word word = migration.words().get(map.name());
        if (word == Word.COPY && mayCount(old, before, records, map)) {
            problems.add("the inner maps of " + map.name()
                    + " have counts of programs, which go on counting after a copy: add .drain("
                    + MapConstantName.of(map.name())
                    + ") instead of copy, which hands out all counts. Only inner maps with RDONLY_PROG in both versions are copied, such as"
                    + " settings");
            return;
        }
        if (!isChanged(old, before, records, map)) {
            return;
        }
        if (word == null
                && (mayCount(old, before, records, map)
                        || !records.contentOf(map).isReadOnlyToPrograms())) {
            problems.add(withoutWord(map));
        }
        if (map.role() == MapRole.OUTER) {
            keyProblem(before, map).ifPresent(problems::add);
        }
        otherMeanings(migration, old, before, records, map).stream()
                .filter(change -> word != Word.DISCARD || isOuterKey(map, change))
                .map(MigrationCheck::otherMeaning)
                .forEach(problems::add);
        if (word != Word.DISCARD) {
            entryProblem(migration, old.contentOf(before), records, map).ifPresent(problems::add);
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

    /** The fields that a migration would copy although their numbers have another meaning. */
    static List<MeaningChange> otherMeanings(
            Migration migration, Schema old, MapDef before, Schema records, MapDef map) {
        return MapLayout.meaningChanges(old, before, records, map, (struct, field) -> oldName(migration, struct, field))
                .stream()
                .filter(change -> !change.isKeptByCopy() && !isComputed(migration, change))
                .toList();
    }

    private static String oldName(Migration migration, String struct, String field) {
        return migration.rules().stream()
                .filter(Migration.Renamed.class::isInstance)
                .map(Migration.Renamed.class::cast)
                .filter(rule -> rule.struct().equals(struct) && rule.component().equals(field))
                .map(Migration.Renamed::oldName)
                .findFirst()
                .orElse(field);
    }

    private static boolean isComputed(Migration migration, MeaningChange change) {
        return migration.rules().stream()
                .anyMatch(rule -> (rule instanceof Migration.ByNumber || rule instanceof Migration.ByBytes)
                        && change.owner().equals("struct " + rule.struct())
                        && change.field().equals(rule.component()));
    }

    /** Slots keep their keys, whatever happens to the entries. */
    private static boolean isOuterKey(MapDef map, MeaningChange change) {
        return map.role() == MapRole.OUTER && change.owner().equals(FieldMeaning.MAP + map.name());
    }

    private static String otherMeaning(MeaningChange change) {
        return change.cause() + ": a copy of the numbers would have another meaning. "
                + (change.owner().startsWith(FieldMeaning.MAP)
                        ? "Pin the new version under another name, where it starts empty"
                        : "Convert it with compute(...) or computeBytes(...)");
    }

    static Optional<String> keyProblem(MapDef before, MapDef map) {
        List<String> changes = EntryLayoutCheck.keyChanges(map, before);
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(map.name() + " changes from " + spelling(before) + " to " + spelling(map) + " ("
                        + String.join("; ", changes)
                        + "). Nestmap migrates the entries of inner maps only: keep the type and the keys of the outer map, or pin the"
                        + " new version under another name, where it starts empty");
    }

    private static String spelling(MapDef map) {
        return map.kind() + " with keys "
                + Objects.requireNonNull(map.key(), "an outer map has keys").spelling();
    }

    /** Plans the copy, and runs each function once, on an entry of zeros. */
    private static Optional<String> entryProblem(Migration migration, MapDef before, Schema records, MapDef map) {
        try {
            MapDef content = records.contentOf(map);
            EntryCopier copy = EntryCopier.of(before, content, migration.rules());
            if (map.role() != MapRole.OUTER && !before.isSizedAtLoad() && !content.isSizedAtLoad()) {
                EntryCopier.requireRoom(MapShape.of(before), MapShape.of(content));
            }
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

    private static boolean isChanged(Schema old, MapDef before, Schema records, MapDef map) {
        if (differs(before, map)) {
            return true;
        }
        return (map.role() == MapRole.OUTER && differs(old.innerOf(before), records.innerOf(map)))
                || !MapLayout.changes(old, before, records, map).isEmpty();
    }

    private static boolean differs(MapDef before, MapDef map) {
        boolean hasOpenSize = before.isSizedAtLoad() || map.isSizedAtLoad();
        MapDef sized = hasOpenSize ? before.withMaxEntries(map.maxEntries()) : before;
        return InnerMapCompatibility.difference(MapShape.of(map), MapShape.of(sized))
                        .isPresent()
                || (map.role() != MapRole.INNER && sized.maxEntries() != map.maxEntries());
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
