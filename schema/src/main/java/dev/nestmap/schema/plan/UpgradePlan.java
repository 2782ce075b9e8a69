/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an upgrade can do with each map of two versions of an object. Both may be several versions apart.
 *
 * @param maps one plan for each outer and plain map, and for each definition of inner maps that no outer map of the schema has
 */
public record UpgradePlan(Schema before, Schema after, List<MapPlan> maps) {
    /** Plans the way from one version to another one. */
    public static UpgradePlan of(Schema before, Schema after) {
        List<MapPlan> maps = new ArrayList<>();
        for (MapDef map : after.maps()) {
            if (isPlanned(after, map)) {
                maps.add(before.map(map.name())
                        .map(old -> of(before, old, after, map))
                        .orElseGet(() -> only(map, Outcome.NEW)));
            }
        }
        before.maps().stream()
                .filter(map -> isPlanned(before, map) && after.map(map.name()).isEmpty())
                .forEach(map -> maps.add(only(map, Outcome.GONE)));
        return new UpgradePlan(before, after, List.copyOf(maps));
    }

    private static MapPlan of(Schema before, MapDef old, Schema after, MapDef map) {
        String pin = before.pin(old.name());
        String now = after.pin(map.name());
        List<String> earlier = after.earlierPins(map.name());
        boolean isUnknown = pin.isEmpty() || (now.isEmpty() && after.origin().isEmpty()); // of an object
        boolean isRenamed = directory(pin).equals(directory(now))
                && (earlier.contains(name(pin))
                        || before.earlierPins(old.name()).contains(name(now)));
        Stream<String> pins = before.earlierPins(old.name()).stream()
                .filter(name -> !earlier.contains(name) && !name.equals(name(now)))
                .map(name -> "a map that an older version has pinned at " + name
                        + " stays there, with its entries: keep was = \"" + name + "\" until no machine has one");
        Stream<String> objects = (pin.isEmpty() ? Set.<String>of() : before.earlierObjects())
                .stream()
                        .filter(name -> !name.equals(after.header())
                                && !after.earlierObjects().contains(name))
                        .map(name -> "a load refuses the pins of a version whose object was called " + name
                                + ": keep was = \"" + name + "\" at @BpfObject until no machine has them");
        return isUnknown || pin.equals(now) || isRenamed
                ? MapPlan.of(before, old, after, map)
                        .withForgotten(Stream.concat(pins, objects).toList())
                : new MapPlan(
                        map,
                        Outcome.WAITS,
                        null,
                        null,
                        List.of("its pin was " + pin + (now.isEmpty() ? " and it has none" : " and is " + now)
                                + ", so a load starts with an empty map. The old map keeps its entries until its pin is removed. Keep the "
                                + "name. Or, if the directory is the same, write the earlier name at the record (was = \""
                                + name(pin)
                                + "\"). Or save the old entries (nestmap drain) and remove the pin (nestmap end)"),
                        List.of(),
                        List.of());
    }

    private static String name(String pin) {
        return pin.substring(pin.lastIndexOf('/') + 1);
    }

    private static String directory(String pin) {
        return pin.substring(0, pin.lastIndexOf('/') + 1);
    }

    private static boolean isPlanned(Schema schema, MapDef map) {
        return map.role() == MapRole.OUTER
                || map.role() == MapRole.PLAIN
                || (map.role() == MapRole.INNER && map.definition() == null && !schema.isUsed(map));
    }

    private static MapPlan only(MapDef map, Outcome outcome) {
        return new MapPlan(map, outcome, null, null, List.of(), List.of(), List.of());
    }

    /** The pinned maps of the previous version whose entries have no place in the new one. */
    public List<MapPlan> waiting() {
        return maps.stream()
                .filter(map -> map.outcome() == Outcome.WAITS
                        && before.map(map.map().name())
                                .filter(old -> !before.pin(old.name()).isEmpty())
                                .isPresent())
                .toList();
    }

    /** The way back. */
    public UpgradePlan back() {
        return of(/* before= */ after, /* after= */ before);
    }
}
