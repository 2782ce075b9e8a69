/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.PinOutcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The damage of one change, which may consist of several differences: pinned maps, with a {@link PinOutcome} for each map and difference,
 * maps that may hold the changed type ({@link UntypedMaps}), and source code.
 */
final class ChangeConsequences {
    static final String NONE = "nothing breaks";

    private final List<Difference> differences;
    private final Map<PinOutcome, Set<String>> pins = new EnumMap<>(PinOutcome.class);
    private final Set<String> rejected = new HashSet<>();
    private final Set<String> source = new LinkedHashSet<>();
    private final List<String> doubts;
    private boolean removesMap;

    ChangeConsequences(Schema before, Schema after, List<Difference> differences) {
        this.differences = differences;
        for (Difference difference : differences) {
            String use = difference.aspect() == Aspect.MAX_ENTRIES
                    ? brokenSize(before, after, difference)
                    : brokenUse(difference);
            if (use != null) {
                source.add(use);
            }
            before.map(String.valueOf(difference.where().map())).ifPresent(map -> pin(before, after, map, difference));
        }
        maps(PinOutcome.REJECTED_OR_MISREAD).removeAll(maps(PinOutcome.REJECTED)); // a rejected map is not misread
        maps(PinOutcome.MISREAD).removeAll(maps(PinOutcome.REJECTED));
        pins.values().removeIf(Set::isEmpty);
        this.doubts = UntypedMaps.doubts(before, after, differences);
    }

    private void pin(Schema before, Schema after, MapDef map, Difference difference) {
        if (map.role() == MapRole.INSTANCE) {
            return; // nobody opens the pin of an inner map
        }
        if (difference.aspect() == Aspect.MAP) {
            removesMap |= map.role() != MapRole.INNER;
        } else {
            String name = "`" + map.name() + "`";
            PinOutcome outcome = PinOutcome.of(before, after, map, difference);
            if (outcome == PinOutcome.REJECTED && map.role() != MapRole.INNER) {
                rejected.add(map.name());
            }
            maps(outcome).add(map.role() == MapRole.INNER ? "outer map of " + name : name);
        }
    }

    private Set<String> maps(PinOutcome outcome) {
        return pins.computeIfAbsent(outcome, any -> new LinkedHashSet<>());
    }

    /** The names of the maps that the new version rejects because of this change if they are pinned. */
    Set<String> rejected() {
        return rejected;
    }

    Effect effect() {
        if (removesMap || pins.keySet().stream().anyMatch(PinOutcome::breaks)) {
            return Effect.BREAKS_MAPS;
        }
        if (!doubts.isEmpty()) {
            return Effect.MAY_BREAK_MAPS;
        }
        return source.isEmpty() ? Effect.COMPATIBLE : Effect.BREAKS_SOURCE;
    }

    String text() {
        List<String> texts = new ArrayList<>(source);
        if (removesMap) {
            texts.add("a pinned one stays, with its entries, until its pin is removed");
        }
        List<String> broken = Stream.of(
                        PinOutcome.REJECTED,
                        PinOutcome.REJECTED_IF_RESIZED,
                        PinOutcome.REJECTED_OR_MISREAD,
                        PinOutcome.MISREAD)
                .filter(pins::containsKey)
                .map(outcome -> outcome.text(maps(outcome)))
                .toList();
        if (!broken.isEmpty()) {
            texts.add(0, String.join(", and ", broken) + PinOutcome.REMEDY);
        } else if (!removesMap) {
            texts.addAll(kept());
        }
        texts.addAll(doubts);
        return texts.isEmpty() ? NONE : String.join("; ", texts);
    }

    private List<String> kept() {
        List<String> texts = new ArrayList<>();
        if (pins.containsKey(PinOutcome.NEW_FIELD_IS_ZERO)) {
            texts.add("the new field takes the place of padding, so it is 0 in the entries of "
                    + PinOutcome.pinned(maps(PinOutcome.NEW_FIELD_IS_ZERO)));
        }
        if (pins.containsKey(PinOutcome.KEPT_WITH_ITS_SIZE)) {
            texts.add(PinOutcome.pinned(maps(PinOutcome.KEPT_WITH_ITS_SIZE))
                    + " keeps its size, and a load with another size fails");
        }
        if (pins.containsKey(PinOutcome.KEPT)) {
            String pinned = PinOutcome.pinned(maps(PinOutcome.KEPT));
            Difference first = differences.get(0);
            texts.add(
                    switch (first.aspect()) {
                        case MAX_ENTRIES ->
                            "the kernel accepts inner maps of another size, and existing inner maps keep theirs";
                        case SLOT -> "PinOptions.withSlots decides how the slots of " + pinned + " are filled";
                        case MAP_EXTRA, NUMA_NODE, FLAGS -> pinned + " keeps its old value";
                        case FIELD_NAME ->
                            "the new version opens " + pinned + " and reads its `" + first.declared() + "` as `"
                                    + first.actual() + "`";
                        default -> "the new version opens and reads " + pinned + " as before";
                    });
        }
        return texts;
    }

    private static @Nullable String brokenSize(Schema before, Schema after, Difference difference) {
        String name = String.valueOf(difference.where().map());
        boolean hadOwnSize = before.map(name).filter(before::hasOwnSize).isPresent();
        boolean hasOwnSize = after.map(name).filter(after::hasOwnSize).isPresent();
        if (hasOwnSize && !hadOwnSize) {
            return "C code must cast its address to a pointer to an inner map, because it has a type of its own now";
        }
        return brokenLoad(before, difference);
    }

    /**
     * The code that breaks because the new version leaves a size to load time and the previous one did not, or the reverse; null if none
     * breaks. No code passes the size of an array of perf events, because it has a default.
     */
    private static @Nullable String brokenLoad(Schema before, Difference difference) {
        boolean hasDefault = before.map(String.valueOf(difference.where().definition()))
                .filter(map -> map.kind() == MapKind.PERF_EVENT_ARRAY)
                .isPresent();
        if (hasDefault) {
            return null;
        }
        if (difference.actual().equals(Difference.AT_LOAD)) {
            return "Java code that loads the object must pass the size: load(new Sizes()...)";
        }
        return difference.declared().equals(Difference.AT_LOAD)
                ? "Java code that passes the size at load no longer compiles"
                : null;
    }

    /** The code that breaks because a global variable moves to another section; null if it stays a constant, or a variable. */
    private static @Nullable String brokenSection(String before, String after) {
        if (GlobalDef.isConstantSection(before) == GlobalDef.isConstantSection(after)) {
            return null;
        }
        return GlobalDef.isConstantSection(after)
                ? "programs can't write it any more, and Java code passes it to load"
                : "Java code no longer passes it to load";
    }

    /** The source code that breaks because of a difference; null if none does. */
    private static @Nullable String brokenUse(Difference difference) {
        String name = "`" + difference.where().field() + "`";
        return switch (difference.aspect()) {
            case MAP, GLOBAL -> "C and Java code that uses it no longer compiles";
            case PROGRAM -> "Java code that uses it no longer compiles";
            case PROGRAM_SECTION -> "the C function must have the new section";
            case SECTION -> brokenSection(difference.declared(), difference.actual());
            case KIND -> "C and Java code that uses it gets other operations";
            case PRESENCE -> "C and Java code that uses it no longer compiles";
            case MISSING_FIELD -> "C and Java code that uses " + name + " no longer compiles";
            case EXTRA_FIELD -> "Java code that constructs the record must pass one more component";
            case GROUPING -> "Java code that constructs the record or uses its components no longer compiles";
            case FIELD_NAME ->
                "C and Java code that uses " + name + " no longer compiles (only the C code if just @Name changed)";
            case FORM -> "C code that uses it as `" + difference.declared() + "` no longer compiles";
            case TAG -> "C code that uses `" + difference.declared() + "` no longer compiles";
            case CONSTANT ->
                difference.actual().equals(Difference.MISSING)
                        ? "C and Java code that uses " + name + " no longer compiles"
                        : null;
            default -> null;
        };
    }
}
