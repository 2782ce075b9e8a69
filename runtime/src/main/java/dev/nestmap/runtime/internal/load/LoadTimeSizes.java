/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settles by the records what an object leaves to user space: the inner maps of an outer map, and {@code max_entries}. */
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

    /** The schema of the object when what it leaves open is as declared. */
    static Schema settle(Schema declared, Schema actual) {
        return new LoadTimeSizes(declared, actual).settle();
    }

    /** Whether the object leaves it to user space what this outer map holds, or how much, where the records say it. */
    static boolean isInnerOpen(Schema actual, MapDef outer, MapDef wanted) {
        return outer.inner() == null || (actual.innerOf(outer).maxEntries() == 0 && wanted.maxEntries() != 0);
    }

    private Schema settle() {
        for (MapDef map : actual.maps()) {
            Optional<MapDef> wanted = declared.map(map.name()).filter(other -> other.role() == map.role());
            if (map.role() != MapRole.INNER) {
                maps.add(wanted.map(w -> settled(map, w)).orElse(map));
            }
        }
        List<MapDef> inners = actual.maps().stream()
                .filter(map -> map.role() == MapRole.INNER)
                .filter(map -> maps.stream().noneMatch(other -> other.name().equals(map.name())))
                .toList();
        maps.addAll(0, inners);
        return new Schema(actual.origin(), actual.header(), actual.includes(), types, maps);
    }

    private MapDef settled(MapDef map, MapDef wanted) {
        String inner = map.inner();
        if (wanted.inner() != null
                && map.role() == MapRole.OUTER
                && isInnerOpen(actual, map, declared.innerOf(wanted))) {
            inner = inner(map, declared.innerOf(wanted));
        }
        return new MapDef(
                map.name(),
                map.role(),
                map.kind(),
                map.maxEntries() == 0 ? wanted.maxEntries() : map.maxEntries(),
                map.flags(),
                map.extra(),
                map.numaNode(),
                map.key(),
                map.value(),
                inner,
                map.slots());
    }

    /** Adds the definition that the records have, or completes the object's own with its size. */
    private String inner(MapDef outer, MapDef wanted) {
        MapDef own = outer.inner() == null ? null : actual.innerOf(outer);
        String name = own == null ? wanted.name() : own.name();
        MapDef base = own == null ? wanted : own;
        MapDef complete = new MapDef(
                name,
                MapRole.INNER,
                base.kind(),
                wanted.maxEntries(),
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
