/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.SchemaChange.Effect;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What follows from differences that are one change. */
final class ChangeConsequences {
    static final String NONE = "nothing that is there breaks";

    private final List<Difference> differences;
    private final Map<PinOutcome, Set<String>> pins = new EnumMap<>(PinOutcome.class);
    private final Set<String> source = new LinkedHashSet<>();
    private boolean removesMap;

    ChangeConsequences(Schema before, Schema after, List<Difference> differences) {
        this.differences = differences;
        for (Difference difference : differences) {
            String use =
                    difference.aspect() == Aspect.MAX_ENTRIES ? brokenLoad(before, difference) : brokenUse(difference);
            if (use != null) {
                source.add(use);
            }
            before.map(String.valueOf(difference.where().map())).ifPresent(map -> pin(before, after, map, difference));
        }
        maps(PinOutcome.TOLD).removeAll(maps(PinOutcome.REFUSED)); // what is refused is not misread
        maps(PinOutcome.MISREAD).removeAll(maps(PinOutcome.REFUSED));
        pins.values().removeIf(Set::isEmpty);
    }

    private void pin(Schema before, Schema after, MapDef map, Difference difference) {
        if (map.role() == MapRole.INSTANCE) {
            return; // an inner map, of which nobody opens a pin
        }
        if (difference.aspect() == Aspect.MAP) {
            removesMap |= map.role() != MapRole.INNER;
        } else {
            String name = "`" + map.name() + "`";
            maps(PinOutcome.of(before, after, map, difference))
                    .add(map.role() == MapRole.INNER ? "outer map of " + name : name);
        }
    }

    private Set<String> maps(PinOutcome outcome) {
        return pins.computeIfAbsent(outcome, any -> new LinkedHashSet<>());
    }

    /** Whether a pinned one of this outer map is refused because of this change. */
    boolean refuses(MapDef outer) {
        return pins.getOrDefault(PinOutcome.REFUSED, Set.of()).contains("`" + outer.name() + "`");
    }

    Effect effect() {
        if (removesMap || pins.keySet().stream().anyMatch(PinOutcome::breaks)) {
            return Effect.BREAKS_MAPS;
        }
        return source.isEmpty() ? Effect.COMPATIBLE : Effect.BREAKS_SOURCE;
    }

    String text() {
        List<String> texts = new ArrayList<>(source);
        if (removesMap) {
            texts.add("a pinned one stays, with its entries, until it is removed");
        }
        List<String> broken = Stream.of(PinOutcome.REFUSED, PinOutcome.RESIZED, PinOutcome.TOLD, PinOutcome.MISREAD)
                .filter(pins::containsKey)
                .map(outcome -> outcome.text(maps(outcome)))
                .toList();
        if (!broken.isEmpty()) {
            texts.add(0, ChangeDescription.list(broken, "and") + PinOutcome.REMEDY);
        } else if (!removesMap) {
            texts.addAll(kept());
        }
        return texts.isEmpty() ? NONE : String.join("; ", texts);
    }

    private List<String> kept() {
        List<String> texts = new ArrayList<>();
        if (pins.containsKey(PinOutcome.ZERO)) {
            texts.add("it is where padding was, which is 0 in the entries of "
                    + PinOutcome.pinned(maps(PinOutcome.ZERO)));
        }
        if (pins.containsKey(PinOutcome.SIZED)) {
            texts.add(PinOutcome.pinned(maps(PinOutcome.SIZED))
                    + " keeps its size, and a load with another one is refused");
        }
        if (pins.containsKey(PinOutcome.KEPT)) {
            String pinned = PinOutcome.pinned(maps(PinOutcome.KEPT));
            Difference first = differences.get(0);
            texts.add(
                    switch (first.aspect()) {
                        case MAX_ENTRIES -> "the kernel lets it differ, and inner maps that are there keep theirs";
                        case SLOT -> pinned + " is filled as PinOptions.withSlots says";
                        case MAP_EXTRA, NUMA_NODE, FLAGS -> pinned + " keeps its own";
                        case FIELD_NAME ->
                            pinned + " is taken, and its `" + first.declared() + "` read as `" + first.actual() + "`";
                        default -> pinned + " is taken and read as before";
                    });
        }
        return texts;
    }

    /** The same where a size was left to the load, or is now. Of arrays of perf events nobody has to say it. */
    private static @Nullable String brokenLoad(Schema before, Difference difference) {
        boolean toldByNobody = before.map(String.valueOf(difference.where().definition()))
                .filter(map -> map.kind() == MapKind.PERF_EVENT_ARRAY)
                .isPresent();
        if (toldByNobody) {
            return null;
        }
        if (difference.actual().equals(Difference.AT_LOAD)) {
            return "Java that loads the object has to say it: load(new Sizes()...)";
        }
        return difference.declared().equals(Difference.AT_LOAD) ? "Java that says it at load does not compile" : null;
    }

    /** Which source has to be edited because of a difference; null where none has to be. */
    private static @Nullable String brokenUse(Difference difference) {
        String name = "`" + difference.where().field() + "`";
        return switch (difference.aspect()) {
            case MAP -> "C and Java that use it do not compile";
            case KIND -> "C and Java that use it get other operations";
            case PRESENCE -> "C and Java that give or take one do not compile";
            case MISSING_FIELD -> "C and Java that say " + name + " do not compile";
            case EXTRA_FIELD -> "Java that constructs the record has to give one component more";
            case FIELD_NAME -> "C and Java that say " + name + " do not compile, or C alone where only @Name changed";
            case TAG -> "C that says `" + difference.declared() + "` does not compile";
            case CONSTANT ->
                difference.actual().equals(TypeComparison.MISSING)
                        ? "C and Java that say " + name + " do not compile"
                        : null;
            default -> null;
        };
    }
}
