/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Compares the maps of two schemas: type, size, flags, keys, values and inner maps. As with {@link TypeComparison}, each kind of
 * schemas has a subclass, which knows what one side may leave out.
 */
abstract class MapComparison {
    final Schema declared;
    final Schema actual;

    /** Compares keys and values. */
    final TypeComparison types;

    private final List<Difference> found;

    MapComparison(Schema declared, Schema actual, TypeComparison types) {
        this.declared = declared;
        this.actual = actual;
        this.types = types;
        this.found = types.found;
    }

    /** Compares each declared map that no other map contains with the map of the same name. */
    final void compare() {
        declared.maps().stream().filter(this::isOutermost).forEach(this::withSameName);
    }

    /** Whether no other map contains it. */
    abstract boolean isOutermost(MapDef map);

    private void withSameName(MapDef map) {
        DifferenceLocation where = DifferenceLocation.map(map.name());
        actual.map(map.name())
                .filter(other -> (other.role() == MapRole.INNER) == (map.role() == MapRole.INNER))
                .ifPresentOrElse(
                        other -> compare(where, map, other),
                        () -> found.add(where.difference(Aspect.MAP, map.kind().cName(), Difference.MISSING)));
    }

    /** Compares two maps that stand in the same place: under one name, or as inner maps of one outer map. */
    void compare(DifferenceLocation where, MapDef map, MapDef other) {
        MapDef complete = complete(map, other);
        attribute(where, Aspect.KIND, complete.kind(), other.kind(), MapKind::cName);
        attribute(where, Aspect.FLAGS, complete.flags(), other.flags(), MapFlags::expression);
        attribute(where, Aspect.MAX_ENTRIES, entries(complete), entries(other), text -> text);
        attribute(where, Aspect.MAP_EXTRA, complete.extra(), other.extra(), extra -> "0x" + Long.toHexString(extra));
        attribute(where, Aspect.NUMA_NODE, complete.numaNode(), other.numaNode(), String::valueOf);
        key(where.part(DifferenceLocation.KEY), map, other);
        if (map.role() == MapRole.OUTER && other.role() == MapRole.OUTER) {
            inner(where, map, other);
        } else {
            value(where.part(DifferenceLocation.VALUE), map, other);
        }
    }

    /** The declared map, with the attributes of the other one where the declared side may leave them out. */
    abstract MapDef complete(MapDef map, MapDef other);

    abstract void key(DifferenceLocation where, MapDef map, MapDef other);

    abstract void value(DifferenceLocation where, MapDef map, MapDef other);

    private static String entries(MapDef map) {
        return map.isSizedAtLoad() ? Difference.AT_LOAD : Long.toString(map.maxEntries());
    }

    private void inner(DifferenceLocation where, MapDef map, MapDef other) {
        if (map.definition() == null) {
            return; // the inner maps are set at load time
        }
        DifferenceLocation inner = where.inner(map.definition());
        if (other.definition() == null) {
            found.add(inner.difference(Aspect.PRESENCE, "a definition", "none"));
            return;
        }
        definitions(inner, map.definition(), other.definition());
        compare(inner, declared.innerOf(map), actual.innerOf(other));
    }

    /** Compares the names of two definitions of inner maps. */
    void definitions(DifferenceLocation where, String definition, String other) {}

    final <T> void attribute(DifferenceLocation where, Aspect aspect, T value, T other, Function<T, String> text) {
        if (!Objects.equals(value, other)) {
            found.add(where.difference(aspect, text.apply(value), text.apply(other)));
        }
    }
}
