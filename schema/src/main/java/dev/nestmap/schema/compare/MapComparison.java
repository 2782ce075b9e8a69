/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotFillTime;
import dev.nestmap.schema.compare.Difference.Aspect;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Compares the maps of two schemas: type, size, flags, keys, values, inner maps and slots.
 *
 * @param types compares keys and values
 * @param found receives the differences
 */
record MapComparison(
        Schema declared, Schema actual, ComparisonMode mode, TypeComparison types, List<Difference> found) {
    private static final String EMPTY = "empty";

    /** Compares a declared map with the map of the same name. */
    void compare(MapDef map) {
        DifferenceLocation where = DifferenceLocation.map(map.name());
        actual.map(map.name())
                .filter(other -> (other.role() == MapRole.INNER) == (map.role() == MapRole.INNER))
                .ifPresentOrElse(
                        other -> unlessInstance(where, map, other),
                        () -> found.add(where.difference(Aspect.MAP, map.kind().cName(), TypeComparison.MISSING)));
    }

    /** Compares two maps. Skips an instance whose definition and own size are unchanged, because its definition is compared elsewhere. */
    private void unlessInstance(DifferenceLocation where, MapDef map, MapDef other) {
        boolean sameDefinition = mode.isOfVersions()
                && map.role() == MapRole.INSTANCE
                && other.role() == MapRole.INSTANCE
                && Objects.equals(map.definition(), other.definition())
                && (map.maxEntries() == other.maxEntries() || !(declared.hasOwnSize(map) || actual.hasOwnSize(other)));
        if (!sameDefinition) {
            mapDef(where, map, other);
        }
    }

    private void mapDef(DifferenceLocation where, MapDef map, MapDef other) {
        MapDef complete = mode.complete(map, other);
        attribute(where, Aspect.KIND, complete.kind(), other.kind(), MapKind::cName);
        attribute(where, Aspect.FLAGS, complete.flags(), other.flags(), MapFlags::expression);
        attribute(where, Aspect.MAX_ENTRIES, entries(complete), entries(other), text -> text);
        attribute(where, Aspect.MAP_EXTRA, complete.extra(), other.extra(), extra -> "0x" + Long.toHexString(extra));
        attribute(where, Aspect.NUMA_NODE, complete.numaNode(), other.numaNode(), String::valueOf);
        if (mode.isOfVersions()) {
            types.part(where.part(DifferenceLocation.KEY), map.key(), other.key());
        } else {
            keyInObject(where.part(DifferenceLocation.KEY), map, other);
        }
        if (map.role() == MapRole.OUTER && other.role() == MapRole.OUTER) {
            inner(where, map, other);
        } else if (mode.isOfVersions()) {
            types.part(where.part(DifferenceLocation.VALUE), map.value(), other.value());
        } else {
            valueInObject(where.part(DifferenceLocation.VALUE), map, other);
        }
        slots(where, targets(complete), targets(other));
        if (mode.isOfVersions() && !map.slots().isEmpty() && !other.slots().isEmpty()) {
            attribute(where, Aspect.SLOT, map.slots().fill(), other.slots().fill(), SlotFillTime::name);
        }
    }

    /** The kernel reads the key of an array as an index, so only its size counts. */
    private void keyInObject(DifferenceLocation where, MapDef map, MapDef other) {
        // A perf event array has keys and values of 4 bytes in BTF,
        // whatever its records are, or the kernel would refuse it.
        boolean isPerfStreamInBtf = map.isStream() && !other.isStream() && map.kind() == other.kind();
        if (map.kind().keyRule().isNumber() && map.key() != null && other.key() != null) {
            types.sizes(where, map.key(), other.key());
        } else if (!isPerfStreamInBtf) {
            types.part(where, map.key(), other.key());
        }
    }

    private void valueInObject(DifferenceLocation where, MapDef map, MapDef other) {
        if (isDescriptor(map)) {
            if (mode.isForeign() && map.kind() == other.kind()) {
                return; // the kernel accepts it in 4 or 8 bytes
            }
            if (map.value() != null && other.value() != null) {
                types.sizes(where, map.value(), other.value());
                return;
            }
        }
        // Usually BTF has no type for the events of a stream, and a record may leave it open.
        if (!map.isStream() || (map.value() != null && other.isStream() && other.value() != null)) {
            types.part(where, map.value(), other.value());
        }
    }

    /** Whether the values are file descriptors. libbpf creates the map without their type, so the sign makes no difference. */
    private static boolean isDescriptor(MapDef map) {
        return map.kind().descriptorSize() > 0 && !map.isStream();
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
        if (mode.isOfVersions()) {
            attribute(inner, Aspect.TAG, map.definition(), other.definition(), name -> name);
        }
        mapDef(inner, declared.innerOf(map), actual.innerOf(other));
    }

    /** The targets of the slots. An object does not contain those that are filled at load time. */
    private Map<List<Long>, String> targets(MapDef map) {
        Map<List<Long>, String> targets = new LinkedHashMap<>();
        List<SlotContents.Slot> slots =
                mode.isOfVersions() ? map.slots().list() : map.slots().inObject();
        slots.forEach(slot -> targets.put(slot.key(), slot.target()));
        return targets;
    }

    private void slots(DifferenceLocation where, Map<List<Long>, String> targets, Map<List<Long>, String> others) {
        Set<List<Long>> keys = new LinkedHashSet<>(targets.keySet());
        keys.addAll(others.keySet());
        for (List<Long> key : keys) {
            String target = targets.getOrDefault(key, EMPTY);
            String other = others.getOrDefault(key, EMPTY);
            attribute(where.part("slot " + SlotContents.text(key)), Aspect.SLOT, target, other, name -> name);
        }
    }

    private <T> void attribute(DifferenceLocation where, Aspect aspect, T value, T other, Function<T, String> text) {
        if (!Objects.equals(value, other)) {
            found.add(where.difference(aspect, text.apply(value), text.apply(other)));
        }
    }
}
