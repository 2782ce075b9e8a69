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

/** Compares the maps of two schemas: type, size, flags, keys, values and inner maps. */
final class MapComparison {
    /** What is compared with the declared schema, which decides what one side may leave out. */
    enum Sides {
        /** The object that was compiled with the header of the records. BTF can't express all of them. */
        OBJECT,
        /** Somebody else's object: the records may also leave out sizes and flags. */
        FOREIGN_OBJECT
    }

    private final Schema declared;
    private final Schema actual;
    private final Sides sides;
    /** Compares keys and values. */
    final TypeComparison types;

    private final List<Difference> found;

    MapComparison(Schema declared, Schema actual, Sides sides, TypeComparison types) {
        this.declared = declared;
        this.actual = actual;
        this.sides = sides;
        this.types = types;
        this.found = types.found;
    }

    /** Compares each declared map that no other map contains with the map of the same name. */
    void compare() {
        declared.maps().stream().filter(map -> map.role() != MapRole.INNER).forEach(this::withSameName);
    }

    private void withSameName(MapDef map) {
        DifferenceLocation where = DifferenceLocation.map(map.name());
        actual.map(map.name())
                .filter(other -> (other.role() == MapRole.INNER) == (map.role() == MapRole.INNER))
                .ifPresentOrElse(
                        other -> compare(where, map, other),
                        () -> found.add(where.difference(Aspect.MAP, map.kind().cName(), Difference.MISSING)));
    }

    /** Compares two maps that stand in the same place: under one name, or as inner maps of one outer map. */
    private void compare(DifferenceLocation where, MapDef map, MapDef other) {
        MapDef complete = complete(map, other);
        attribute(where, Aspect.KIND, complete.kind(), other.kind(), MapKind::cName);
        attribute(where, Aspect.FLAGS, complete.flags(), other.flags(), MapFlags::expression);
        attribute(where, Aspect.MAX_ENTRIES, entries(complete), entries(other), text -> text);
        attribute(where, Aspect.MAP_EXTRA, complete.extra(), other.extra(), extra -> "0x" + Long.toHexString(extra));
        attribute(where, Aspect.NUMA_NODE, complete.numaNode(), other.numaNode(), String::valueOf);
        keyOfObject(where.part(DifferenceLocation.KEY), map, other);
        DifferenceLocation value = where.part(DifferenceLocation.VALUE);
        if (map.role() == MapRole.OUTER && other.role() == MapRole.OUTER) {
            inner(where, map, other);
        } else {
            valueOfObject(value, map, other);
        }
    }

    /** The declared map, with the attributes of the other one where the declared side may leave them out. Either side may leave the size to the load. */
    private MapDef complete(MapDef map, MapDef other) {
        MapDef complete = sides == Sides.FOREIGN_OBJECT ? map.completedFrom(other) : map;
        return complete.maxEntries() == 0 || other.maxEntries() == 0
                ? complete.withMaxEntries(other.maxEntries())
                : complete;
    }

    /** The kernel reads the key of an array as an index, so only its size counts. */
    private void keyOfObject(DifferenceLocation where, MapDef map, MapDef other) {
        // A perf event array has keys and values of 4 bytes in BTF,
        // whatever its records are, or the kernel would refuse it.
        boolean isPerfStreamInBtf = map.isStream() && !other.isStream() && map.kind() == other.kind();
        if (map.kind().keyRule().isNumber() && map.key() != null && other.key() != null) {
            types.sizes(where, map.key(), other.key());
        } else if (!isPerfStreamInBtf) {
            types.part(where, map.key(), other.key());
        }
    }

    private void valueOfObject(DifferenceLocation where, MapDef map, MapDef other) {
        // libbpf creates a map of descriptors without their type, so the sign makes no difference.
        boolean isDescriptor = map.kind().descriptorSize() > 0 && !map.isStream();
        if (isDescriptor && sides == Sides.FOREIGN_OBJECT && map.kind() == other.kind()) {
            return; // the kernel accepts 4 and 8 bytes
        }
        if (isDescriptor && map.value() != null && other.value() != null) {
            types.sizes(where, map.value(), other.value());
        } else if (!map.isStream() || (map.value() != null && other.isStream() && other.value() != null)) {
            // Usually BTF has no type for the events of a stream, and a record may leave it open.
            types.part(where, map.value(), other.value());
        }
    }

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
        compare(inner, declared.innerOf(map), actual.innerOf(other));
    }

    private <T> void attribute(DifferenceLocation where, Aspect aspect, T value, T other, Function<T, String> text) {
        if (!Objects.equals(value, other)) {
            found.add(where.difference(aspect, text.apply(value), text.apply(other)));
        }
    }
}
