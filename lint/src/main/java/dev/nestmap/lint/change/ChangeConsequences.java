/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.PinOutcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The damage of one change, which may consist of several differences: pinned maps, with a {@link PinOutcome} for each map and difference,
 * and maps that may hold the changed type ({@link UntypedMaps}).
 */
final class ChangeConsequences {
    private final List<Difference> differences;
    private final Map<PinOutcome, Set<String>> pins = new EnumMap<>(PinOutcome.class);
    private final List<String> doubts;
    private boolean removesMap;

    ChangeConsequences(Schema before, Schema after, List<Difference> differences) {
        this.differences = differences;
        for (Difference difference : differences) {
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
            maps(outcome).add(map.role() == MapRole.INNER ? "outer map of " + name : name);
        }
    }

    private Set<String> maps(PinOutcome outcome) {
        return pins.computeIfAbsent(outcome, any -> new LinkedHashSet<>());
    }

    Effect effect() {
        if (removesMap || pins.keySet().stream().anyMatch(PinOutcome::breaks)) {
            return Effect.BREAKS_MAPS;
        }
        return doubts.isEmpty() ? Effect.COMPATIBLE : Effect.MAY_BREAK_MAPS;
    }

    /** What happens to pinned maps; empty if the change reaches none. */
    String text() {
        List<String> texts = new ArrayList<>();
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
        return String.join("; ", texts);
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
                        case MAP_EXTRA, NUMA_NODE, FLAGS -> pinned + " keeps its old value";
                        case FIELD_NAME ->
                            "the new version opens " + pinned + " and reads its `" + first.declared() + "` as `"
                                    + first.actual() + "`";
                        default -> "the new version opens and reads " + pinned + " as before";
                    });
        }
        return texts;
    }
}
