/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.Difference.Aspect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares what records declare with what an object has. It is asymmetric: the object may have more maps.
 *
 * <p>What counts:
 *
 * <ul>
 *   <li>Each declared map that is no inner one must be there with the same type, flags and {@code max_entries} (0 on
 *       either side is left to load time), and with keys and values of the same layout: offset, size, signedness and byte
 *       order of every part. An enum and a plain number of the same layout are the same.
 *   <li>What an object has in slots of a map must be what is declared to be in them by the object, and no more.
 *   <li>The definitions of the inner maps are compared by what they are; their names may differ.
 *   <li>Keys of arrays are compared by size alone: the kernel takes them as an index and headers spell them {@code __u32}.
 *   <li>A field or constant of another name at the same place is a difference, because two fields of the same type may
 *       have changed places. So is another tag, unless there is none on one side.
 *   <li>Alignment by itself is none: it shows in the offsets of what contains the type, and BTF doesn't say it.
 *   <li>Of an {@link OpaqueType} nothing is known but its size, so that is all that is compared.
 *   <li>Declared types that are part of no map are compared where the object has a type of their tag.
 * </ul>
 *
 * <p>Each difference is reported once, also where several maps share a struct, the most telling first. What only follows
 * from another one is left out: fields that moved because one was inserted before them, and the size of their struct.
 */
public final class SchemaComparison {
    private static final String EMPTY = "empty";

    private final Schema declared;
    private final Schema actual;
    private final List<Difference> found = new ArrayList<>();
    private final TypeComparison types = new TypeComparison(found);

    private SchemaComparison(Schema declared, Schema actual) {
        this.declared = declared;
        this.actual = actual;
    }

    /**
     * What of {@code declared} is not so in {@code actual}.
     *
     * @return the differences, the most telling first; empty when a program and accessors for {@code declared} agree with
     *     {@code actual}
     */
    public static List<Difference> compare(Schema declared, Schema actual) {
        return new SchemaComparison(declared, actual).compare();
    }

    private List<Difference> compare() {
        declared.maps().stream().filter(map -> map.role() != MapRole.INNER).forEach(this::map);
        for (NamedType type : declared.types()) {
            actual.type(type.name()).ifPresent(other -> types.compare(Where.type(), type, other));
        }
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(Difference::aspect))
                .toList();
    }

    private void map(MapDef map) {
        Where where = Where.map(map.name());
        actual.map(map.name())
                .filter(other -> other.role() != MapRole.INNER)
                .ifPresentOrElse(
                        other -> mapDef(where, map, other),
                        () -> found.add(where.difference(Aspect.MAP, map.kind().cName(), "missing")));
    }

    private void mapDef(Where where, MapDef map, MapDef other) {
        attribute(where, Aspect.KIND, map.kind(), other.kind(), MapKind::cName);
        attribute(where, Aspect.FLAGS, map.flags(), other.flags(), flags -> "0x" + Long.toHexString(flags));
        if (map.maxEntries() != 0 && other.maxEntries() != 0) {
            attribute(where, Aspect.MAX_ENTRIES, map.maxEntries(), other.maxEntries(), String::valueOf);
        }
        attribute(where, Aspect.MAP_EXTRA, map.extra(), other.extra(), extra -> "0x" + Long.toHexString(extra));
        attribute(where, Aspect.NUMA_NODE, map.numaNode(), other.numaNode(), String::valueOf);
        if (map.kind().keyRule() == MapKind.KeyRule.INDEX && map.key() != null && other.key() != null) {
            types.sizes(where.step("key"), map.key(), other.key());
        } else {
            part(where.step("key"), map.key(), other.key());
        }
        if (map.role() == MapRole.OUTER && other.role() == MapRole.OUTER) {
            inner(where, map, other);
        } else if (!map.kind().isRing() || other.value() != null) { // BTF does not say what is in a ring buffer
            part(where.step("value"), map.value(), other.value());
        }
        slots(where, targets(map), targets(other));
    }

    private void inner(Where where, MapDef map, MapDef other) {
        if (map.inner() == null) {
            return; // the inner maps are left to load time
        }
        Where inner = where.step("inner " + map.inner());
        if (other.inner() == null) {
            found.add(inner.difference(Aspect.PRESENCE, "a definition", "none"));
        } else {
            mapDef(inner, declared.innerOf(map), actual.innerOf(other));
        }
    }

    /** What is put into slots at load is in no object. */
    private static Map<List<Long>, String> targets(MapDef map) {
        Map<List<Long>, String> targets = new LinkedHashMap<>();
        map.slots().inObject().forEach(slot -> targets.put(slot.key(), slot.target()));
        return targets;
    }

    private void slots(Where where, Map<List<Long>, String> targets, Map<List<Long>, String> others) {
        Set<List<Long>> keys = new LinkedHashSet<>(targets.keySet());
        keys.addAll(others.keySet());
        for (List<Long> key : keys) {
            String target = targets.getOrDefault(key, EMPTY);
            String other = others.getOrDefault(key, EMPTY);
            attribute(where.step("slot " + Slots.text(key)), Aspect.SLOT, target, other, name -> name);
        }
    }

    private void part(Where where, @Nullable CType type, @Nullable CType other) {
        if (type != null && other != null) {
            types.compare(where, type, other);
        } else if (type != null || other != null) {
            found.add(where.difference(Aspect.PRESENCE, spelling(type), spelling(other)));
        }
    }

    private static String spelling(@Nullable CType type) {
        return type == null ? "none" : type.spelling();
    }

    private <T> void attribute(Where where, Aspect aspect, T value, T other, Function<T, String> text) {
        if (!Objects.equals(value, other)) {
            found.add(where.difference(aspect, text.apply(value), text.apply(other)));
        }
    }
}
