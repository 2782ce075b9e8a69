/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Completes the schema of an object with the parts that the object leaves to user space: inner maps of outer maps, and {@code
 * max_entries}.
 */
final class LoadTimeSizes {
    private final Schema declared;
    private final Schema actual;
    private final List<MapDef> maps = new ArrayList<>();
    private final List<NamedType> types;

    private LoadTimeSizes(Schema declared, Schema actual) {
        this.declared = declared;
        this.actual = actual;
        this.types = new ArrayList<>(actual.types());
    }

    /** Returns the schema of an object, completed from the records. */
    static Schema complete(Schema declared, Schema actual) {
        return new LoadTimeSizes(declared, actual).complete();
    }

    /** Whether the object leaves the inner map of an outer map, or its size, to user space, and the records declare it. */
    static boolean isInnerOpen(Schema actual, MapDef outer, MapDef declaredInner) {
        return outer.definition() == null
                || (actual.innerOf(outer).maxEntries() == 0 && declaredInner.maxEntries() != 0);
    }

    private Schema complete() {
        for (MapDef map : actual.maps()) {
            Optional<MapDef> declaration = declared.map(map.name()).filter(other -> other.role() == map.role());
            if (map.role() != MapRole.INNER) {
                maps.add(declaration.map(found -> complete(map, found)).orElse(map));
            }
        }
        List<MapDef> inners = actual.maps().stream()
                .filter(map -> map.role() == MapRole.INNER)
                .filter(map -> maps.stream().noneMatch(other -> other.name().equals(map.name())))
                .toList();
        maps.addAll(0, inners);
        return new Schema(actual.origin(), actual.header(), actual.includes(), types, maps, actual.globals());
    }

    private MapDef complete(MapDef map, MapDef declaration) {
        String inner = map.definition();
        if (declaration.definition() != null
                && map.role() == MapRole.OUTER
                && isInnerOpen(actual, map, declared.innerOf(declaration))) {
            inner = addInner(map, declared.innerOf(declaration));
        }
        return new MapDef(
                map.name(),
                map.role(),
                map.kind(),
                map.maxEntries() == 0 ? declaration.maxEntries() : map.maxEntries(),
                map.flags(),
                map.extra(),
                map.numaNode(),
                map.key(),
                map.value(),
                inner,
                map.slots());
    }

    /** Adds the inner map: the declared one, or the object's own with the declared size. Returns its name. */
    private String addInner(MapDef outer, MapDef declaredInner) {
        MapDef own = outer.definition() == null ? null : actual.innerOf(outer);
        MapDef base = own == null ? declaredInner : own;
        String name = base.name();
        MapDef complete = new MapDef(
                name,
                MapRole.INNER,
                base.kind(),
                declaredInner.maxEntries(),
                base.flags(),
                base.extra(),
                base.numaNode(),
                base.key(),
                base.value(),
                null);
        if (maps.stream().noneMatch(map -> map.name().equals(name))) {
            maps.add(complete);
        }
        if (own == null) {
            declared.types().stream()
                    .filter(type -> actual.type(type.name()).isEmpty())
                    .filter(type -> !types.contains(type))
                    .forEach(types::add);
        }
        return name;
    }
}
