/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of a migration from one version of the records to another, which the caller completes. */
public final class MigrationLines {
    private MigrationLines() {}

    /** Returns a line for each component that a rule must name, and for each map that needs a word if it is pinned. */
    public static List<String> between(Schema before, Schema after) {
        List<String> lines = new ArrayList<>();
        for (StructType struct : structs(after)) {
            structs(before).stream()
                    .filter(other -> other.name().equals(struct.name()))
                    .forEach(old -> addRules(old, struct, lines));
        }
        for (MapDef map : before.maps()) {
            after.map(map.name())
                    .filter(other -> map.role() == other.role() && map.role() != MapRole.OUTER)
                    .ifPresent(other -> {
                        addUnnamed(map.key(), other.key(), lines);
                        addUnnamed(map.value(), other.value(), lines);
                    });
        }
        for (String name : changed(before, after)) {
            String constant = MapConstantName.of(name);
            boolean isOuter = after.map(name).orElseThrow().role() == MapRole.OUTER;
            lines.add(
                    isOuter
                            ? ".drain(" + constant + ") // or discard"
                            : ".copy(" + constant + ") // which loses what programs write afterwards; or discard");
        }
        return lines;
    }

    /** A key or value that is a struct in one version only has no name in the other one, where rules name it by the empty string. */
    private static void addUnnamed(@Nullable CType old, @Nullable CType now, List<String> lines) {
        List<String> more = new ArrayList<>();
        if (now instanceof StructType struct && old != null && !(old instanceof StructType)) {
            more.add(".rename(\"" + struct.name() + "\", \"\", its name) // or drop(\"" + struct.name() + "\", \"\")");
        } else if (old instanceof StructType struct && now != null && !(now instanceof StructType)) {
            for (Field field : struct.fields()) {
                if (!field.type().isManaged()) {
                    more.add(
                            ".drop(\"" + struct.name() + "\", \"" + field.name() + "\") // or rename(\"" + struct.name()
                                    + "\", \"" + field.name() + "\", \"\") if the new version has only this component");
                }
            }
        }
        more.stream().filter(line -> !lines.contains(line)).forEach(lines::add);
    }

    private static void addRules(StructType old, StructType struct, List<String> lines) {
        List<String> names = names(struct);
        for (String name : names(old)) {
            if (!names.contains(name)) {
                lines.add(".drop(\"" + struct.name() + "\", \"" + name + "\") // or rename(\"" + struct.name()
                        + "\", \"" + name + "\", its new name)");
            }
        }
    }

    /** The names of the outer and plain maps that the new version rejects or misreads. */
    private static Set<String> changed(Schema before, Schema after) {
        Set<String> names = new LinkedHashSet<>();
        for (Difference difference : SchemaComparison.compareVersions(before, after)) {
            MapDef map = before.map(String.valueOf(difference.where().map())).orElse(null);
            if (map != null
                    && difference.aspect() != Difference.Aspect.MAP
                    && PinOutcome.of(before, after, map, difference).breaks()) {
                Stream<MapDef> outers = after.maps().stream()
                        .filter(outer ->
                                outer.role() == MapRole.OUTER && map.name().equals(outer.definition()));
                Stream.concat(outers, after.map(map.name()).stream())
                        .filter(changed -> changed.role() == MapRole.OUTER || changed.role() == MapRole.PLAIN)
                        .map(MapDef::name)
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static List<StructType> structs(Schema schema) {
        return schema.types().stream()
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .toList();
    }

    private static List<String> names(StructType struct) {
        return struct.fields().stream()
                .map(Field::name)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
