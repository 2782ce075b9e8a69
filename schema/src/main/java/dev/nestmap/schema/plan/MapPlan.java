/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade can do with the entries of one map.
 *
 * @param map the definition in the new version; in the previous one if the new one has none
 * @param keys how the keys become new ones; null if nobody can read the entries, or a problem of the whole map prevents it
 * @param values how the values become new ones; null together with {@code keys}
 * @param problems why the entries can't become new ones, each with a remedy. Those of an unchanged map need not
 * @param notes what changes
 * @param forgotten what the previous version says about the entries of versions before it, and the new one does not
 */
public record MapPlan(
        MapDef map,
        Outcome outcome,
        @Nullable EntryPlan keys,
        @Nullable EntryPlan values,
        List<String> problems,
        List<String> notes,
        List<String> forgotten) {
    /** What happens to the entries. */
    public enum Outcome {
        /** The new version uses the same map. */
        UNCHANGED,
        /** The new maps start empty, and the drains pass the old ones in the new layout: programs count in them until the upgrade is complete. */
        DRAINED,
        /** The new map has the same entries, in the new layout: programs only read them. */
        COPIED,
        /** The new version can't use the map, and its entries have no place in the new version, or programs may write them while a load copies them. */
        WAITS,
        /** Only the new version has the map. */
        NEW,
        /** Only the previous version has the map. */
        GONE
    }

    /** Plans for a map of both versions. */
    public static MapPlan of(Schema before, MapDef old, Schema after, MapDef map) {
        if (old.role() != map.role()) {
            return waits(
                    map,
                    map.name() + " was " + (old.role() == MapRole.OUTER ? "an" : "no")
                            + " outer map: pin the new version under another name");
        }
        if (map.role() == MapRole.OUTER && (old.definition() == null || map.definition() == null)) {
            return new MapPlan(
                    map,
                    Outcome.UNCHANGED,
                    null,
                    null,
                    List.of(),
                    List.of("the load decides which inner maps it has"),
                    List.of());
        }
        MapDef oldContent = before.contentOf(old);
        MapDef content = after.contentOf(map);
        List<String> notes = new ArrayList<>(definitionChanges(before, old, after, map));
        if (map.role() == MapRole.OUTER) {
            notes.addAll(definitionChanges(before, oldContent, after, content));
            outerKeyName(before, old, after, map).ifPresent(notes::add);
        }
        if (old.pinnedByName() || map.pinnedByName()) {
            outerProblem(before, old, after, map).ifPresent(notes::add);
            return byName(before, old, after, map, notes);
        }
        boolean isUnchanged = notes.isEmpty() && MapLayout.of(before, old).equals(MapLayout.of(after, map));
        List<String> problems = new ArrayList<>();
        outerProblem(before, old, after, map).ifPresent(problems::add);
        contentProblem(map, oldContent, content).ifPresent(problems::add);
        EntryPlan keys = null;
        EntryPlan values = null;
        List<String> forgotten = new ArrayList<>();
        if (problems.isEmpty()) {
            keys = EntryPlan.of(before, oldContent, after, content, true);
            values = EntryPlan.of(before, oldContent, after, content, false);
            problems.addAll(keys.problems());
            problems.addAll(values.problems());
            notes.addAll(keys.notes());
            notes.addAll(values.notes());
            forgotten.addAll(keys.forgotten());
            forgotten.addAll(values.forgotten());
        }
        boolean isCopied = oldContent.isReadOnlyToPrograms() && content.isReadOnlyToPrograms();
        if (map.role() == MapRole.PLAIN && !isUnchanged && !isCopied && problems.isEmpty()) {
            problems.add(
                    "programs may write to " + map.name()
                            + ", and a copy would lose what they count during the upgrade. If they only read it, write flags = MapFlag.RDONLY_PROG, "
                            + "so that later loads copy it. If they count, let them count in an outer map, which drains convert. One slot is enough");
        }
        Outcome outcome = isUnchanged
                ? Outcome.UNCHANGED
                : !problems.isEmpty() ? Outcome.WAITS : isCopied ? Outcome.COPIED : Outcome.DRAINED;
        return new MapPlan(
                map,
                outcome,
                keys,
                values,
                List.copyOf(problems),
                isUnchanged ? opaque(content) : List.copyOf(notes),
                forgotten.stream().distinct().toList());
    }

    /** Plans for a map that its object pins by its name: nobody converts it, and it has no text that tells a load what its bytes mean. */
    private static MapPlan byName(Schema before, MapDef old, Schema after, MapDef map, List<String> notes) {
        MapDef oldContent = before.contentOf(old);
        MapDef content = after.contentOf(map);
        List<String> changes = new ArrayList<>(notes);
        if (!hasNoEntries(oldContent) && !hasNoEntries(content)) {
            for (boolean isKey : new boolean[] {true, false}) {
                EntryPlan entries = EntryPlan.of(before, oldContent, after, content, isKey);
                if (!entries.isInPlace()) {
                    changes.addAll(entries.problems());
                    changes.addAll(entries.notes());
                    changes.add(
                            "the " + (isKey ? "keys" : "values") + " of " + content.name() + " have another layout");
                }
            }
        } else if ((oldContent.value() == null) != (content.value() == null)) {
            changes.add("only one version has a type of the values of " + content.name());
        }
        if (!map.pinnedByName()) {
            changes.add(
                    "the object no longer pins " + map.name() + " by its name, so that each load creates a new map");
        } else if (!changes.isEmpty()) {
            changes.add("the object pins " + map.name()
                    + " by its name, and Nestmap converts only maps that it pins itself: a load refuses the old map, or misreads it if it"
                    + " has the same sizes");
        }
        boolean isUnchanged = changes.isEmpty() || !old.pinnedByName();
        return new MapPlan(
                map,
                isUnchanged ? Outcome.UNCHANGED : Outcome.WAITS,
                null,
                null,
                isUnchanged ? List.of() : List.copyOf(changes),
                isUnchanged ? opaque(content) : List.of(),
                List.of());
    }

    private static MapPlan waits(MapDef map, String problem) {
        return new MapPlan(map, Outcome.WAITS, null, null, List.of(problem), List.of(), List.of());
    }

    private static List<String> opaque(MapDef content) {
        boolean isOpaque =
                isOpaque(content.key()) || isOpaque(content.value()) || (content.isStream() && content.value() == null);
        return isOpaque
                ? List.of("its definition has a size and no type, so nobody can compare its entries")
                : List.of();
    }

    private static boolean isOpaque(@Nullable CType type) {
        return type instanceof OpaqueType;
    }

    /** The changes of a definition that need a new map, apart from those of its types. */
    private static List<String> definitionChanges(Schema before, MapDef earlier, Schema after, MapDef later) {
        // The records of an existing object may leave attributes out.
        MapDef old = before.isForeign() ? earlier.completedFrom(later) : earlier;
        MapDef map = after.isForeign() ? later.completedFrom(earlier) : later;
        List<String> changes = new ArrayList<>();
        if (old.kind() != map.kind()) {
            changes.add(map.name() + " was a " + old.kind() + " and is a " + map.kind());
        }
        if (old.flags() != map.flags()) {
            changes.add("map_flags of " + map.name() + " were " + MapFlags.expression(old.flags()) + " and are "
                    + MapFlags.expression(map.flags()));
        }
        if (old.extra() != map.extra()) {
            changes.add("map_extra of " + map.name() + " was " + old.extra() + " and is " + map.extra());
        }
        boolean isOpen = old.isSizedAtLoad() || map.isSizedAtLoad();
        boolean isFixed = map.role() != MapRole.INNER || map.kind().fixesLength(map.flags());
        if (!isOpen && isFixed && old.maxEntries() != map.maxEntries()) {
            changes.add("max_entries of " + map.name() + " was " + old.maxEntries() + " and is " + map.maxEntries());
        }
        return changes;
    }

    /** Why an upgrade can't create the slots of an outer map again; empty if it can, and for other maps. */
    public static Optional<String> outerProblem(Schema before, MapDef old, Schema after, MapDef map) {
        if (map.role() != MapRole.OUTER || old.key() == null || map.key() == null) {
            return Optional.empty();
        }
        Part was = Part.whole(before, old, true);
        Part now = Part.whole(after, map, true);
        boolean isSame = old.kind() == map.kind()
                && was.type().equals(now.type())
                && was.readings().equals(now.readings());
        return isSame
                ? Optional.empty()
                : Optional.of(map.name() + " was a " + old.kind() + " with keys " + was.reads() + " and is a "
                        + map.kind() + " with keys " + now.reads()
                        + ", but only the entries of inner maps convert: keep the type and the keys of the outer map, or pin the new"
                        + " version under another name, where it starts empty");
    }

    /** Says that the component of an outer key has another name, if it has: the slots keep their keys, whatever records call them. */
    public static Optional<String> outerKeyName(Schema before, MapDef old, Schema after, MapDef map) {
        if (old.key() == null || map.key() == null) {
            return Optional.empty();
        }
        String was = Part.whole(before, old, true).name();
        String now = Part.whole(after, map, true).name();
        return was.isEmpty() || now.isEmpty() || was.equals(now)
                ? Optional.empty()
                : Optional.of("the key of " + map.name() + " was called " + was + " and is called " + now
                        + "; old inner maps keep their keys: if " + now
                        + " is another number, pin the new version under another name");
    }

    private static Optional<String> contentProblem(MapDef map, MapDef old, MapDef content) {
        if (!old.kind().isMigratableTo(content.kind())) {
            return Optional.of(
                    old.kind() == content.kind()
                            ? unreadable(content)
                            : "only hash tables, arrays and tries that keep their type can be converted, and hash tables to LRU and back: pin the"
                                    + " new version under another name, where it starts empty");
        }
        if (hasNoEntries(old) || hasNoEntries(content)) {
            return Optional.of("one version declares no key or no value");
        }
        if ((old.flags() & MapFlags.WRONLY) != 0) {
            return Optional.of("user space may not read the old entries (BPF_F_WRONLY)");
        }
        if ((content.flags() & MapFlags.RDONLY) != 0) {
            return Optional.of("user space may not write the new entries (BPF_F_RDONLY)");
        }
        boolean isShorter = map.role() != MapRole.OUTER
                && !old.isSizedAtLoad()
                && !content.isSizedAtLoad()
                && content.kind().keyRule() == MapKind.KeyRule.INDEX
                && content.maxEntries() < old.maxEntries();
        return isShorter
                ? Optional.of("its length shrinks from " + old.maxEntries() + " to " + content.maxEntries()
                        + ", so its last entries have no place: keep the length")
                : Optional.empty();
    }

    private static boolean hasNoEntries(MapDef map) {
        return map.key() == null || map.value() == null;
    }

    /** Why the entries of a map can't be copied to one of the same type. */
    private static String unreadable(MapDef map) {
        return String.format(Locale.ROOT, map.kind().structure().uncopied(), map.kind())
                + ": pin the new version under another name, where it starts empty";
    }

    /** The same plan with more that the new version does not say about older ones. */
    MapPlan withForgotten(List<String> more) {
        List<String> all = new ArrayList<>(forgotten);
        all.addAll(more);
        return new MapPlan(map, outcome, keys, values, problems, notes, List.copyOf(all));
    }

    /** Whether nothing happens to the entries of a pinned map of the previous version, or there is none. */
    public boolean isCompatible() {
        return isSame() && forgotten.isEmpty();
    }

    private boolean isSame() {
        return outcome == Outcome.UNCHANGED || outcome == Outcome.NEW;
    }

    /** What a load does with a pinned map of the previous version, in one line. */
    public String summary() {
        return map.name()
                + switch (outcome) {
                    case UNCHANGED ->
                        forgotten.isEmpty()
                                ? " is unchanged"
                                : " is unchanged, but its annotations for older versions have changed";
                    case NEW -> " is new";
                    case GONE ->
                        " is no longer declared: if it is pinned, it keeps its entries until its pin is removed";
                    case DRAINED ->
                        map.role() == MapRole.INNER
                                ? " changes: an outer map of it has to be drained"
                                : " changes, and the drains then pass the old entries in the new layout";
                    case COPIED -> " changes, and a load copies the entries, because programs only read them";
                    case WAITS ->
                        " changes, and its entries don't convert: the old map waits, and a new one starts empty";
                };
    }

    /** The problems and the changes. Of an unchanged map, only what could not be compared. */
    public List<String> changes() {
        List<String> changes = new ArrayList<>(isSame() ? List.of() : problems);
        changes.addAll(notes);
        changes.addAll(forgotten);
        return changes.isEmpty() && !isSame() && outcome != Outcome.GONE
                ? List.of("the same components have other places, or their types other names")
                : List.copyOf(changes);
    }
}
