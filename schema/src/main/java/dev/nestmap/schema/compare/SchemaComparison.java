/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.annotations.SlotFill;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
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
 *   <li>Offsets that the loader replaces by the running kernel's are a difference, unless the type is one that never changes.
 *   <li>Fields of a member without a name are where C finds them, so a record may have them beside the others.
 *   <li>An enum that exists in C already may have further constants.
 *   <li>Alignment by itself is none: it shows in the offsets of what contains the type, and BTF doesn't say it.
 *   <li>Of an {@link OpaqueType} nothing is known but its size, so that is all that is compared.
 *   <li>Declared types that are part of no map are compared where the object has a type of their tag.
 * </ul>
 *
 * <p>Each difference is reported once, also where several maps share a struct, the most telling first. What only follows
 * from another one is left out: fields that moved because one was inserted before them, and the size of their struct.
 *
 * <p>{@link #versions} compares what records declared before with what they declare now. Then nothing is unknown of either
 * side, so nothing is passed over, and each difference is reported wherever it has an effect: see {@link SchemaChanges}.
 */
public final class SchemaComparison {
    private static final String EMPTY = "empty";

    private final Schema declared;
    private final Schema actual;
    private final List<Difference> found = new ArrayList<>();
    private final boolean ofVersions;
    private final TypeComparison types;

    private SchemaComparison(Schema declared, Schema actual, boolean ofVersions) {
        this.declared = declared;
        this.actual = actual;
        this.ofVersions = ofVersions;
        this.types = new TypeComparison(found, this::isExternal, ofVersions);
    }

    /**
     * What of {@code declared} is not so in {@code actual}.
     *
     * @return the differences, the most telling first; empty when a program and accessors for {@code declared} agree with
     *     {@code actual}
     */
    public static List<Difference> compare(Schema declared, Schema actual) {
        return new SchemaComparison(declared, actual, false).compare();
    }

    /**
     * The same, and which types programs of the object access elsewhere than the records do.
     *
     * @param relocated tags of the structs whose offsets the loader replaces by those of the running kernel
     */
    public static List<Difference> compare(Schema declared, Schema actual, Set<String> relocated) {
        SchemaComparison comparison = new SchemaComparison(declared, actual, false);
        declared.types().stream()
                .filter(type -> relocated.contains(type.name()) && !declared.isOfKernel(type.name()))
                .forEach(comparison::relocated);
        return comparison.compare();
    }

    /**
     * What of the maps of {@code before} is not so in {@code after}, and of the types that are part of no map; each difference
     * in every key and value where it is. Maps and types that only {@code after} has are none.
     */
    static List<Difference> versions(Schema before, Schema after) {
        return new SchemaComparison(before, after, true).compare();
    }

    private List<Difference> compare() {
        declared.maps().stream().filter(this::standsByItself).forEach(this::map);
        for (NamedType type : declared.types()) {
            actual.type(type.name()).ifPresent(other -> types.compare(DifferenceLocation.type(), type, other));
        }
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(Difference::aspect))
                .toList();
    }

    private void relocated(NamedType type) {
        found.add(DifferenceLocation.type()
                .in(type)
                .difference(
                        Aspect.RELOCATED,
                        "offsets that never change",
                        "those of the running kernel (preserve_access_index, as in vmlinux.h)"));
    }

    private boolean isExternal(NamedType type) {
        return declared.isExternal(type.name());
    }

    /** Whether it is no part of another one. An object has no inner definition that it doesn't use. */
    private boolean standsByItself(MapDef map) {
        return map.role() != MapRole.INNER || (ofVersions && !declared.isUsed(map));
    }

    private void map(MapDef map) {
        DifferenceLocation where = DifferenceLocation.map(map.name());
        actual.map(map.name())
                .filter(other -> (other.role() == MapRole.INNER) == (map.role() == MapRole.INNER))
                .ifPresentOrElse(
                        other -> same(where, map, other),
                        () -> found.add(where.difference(Aspect.MAP, map.kind().cName(), "missing")));
    }

    /** A map in slots is what its definition is, which is compared already, unless it has another one. */
    private void same(DifferenceLocation where, MapDef map, MapDef other) {
        boolean said = ofVersions
                && map.role() == MapRole.INSTANCE
                && other.role() == MapRole.INSTANCE
                && Objects.equals(map.inner(), other.inner());
        if (!said) {
            mapDef(where, map, other);
        }
    }

    private void mapDef(DifferenceLocation where, MapDef map, MapDef other) {
        attribute(where, Aspect.KIND, map.kind(), other.kind(), MapKind::cName);
        attribute(where, Aspect.FLAGS, map.flags(), other.flags(), flags -> "0x" + Long.toHexString(flags));
        if (ofVersions || (map.maxEntries() != 0 && other.maxEntries() != 0)) {
            attribute(where, Aspect.MAX_ENTRIES, entries(map), entries(other), text -> text);
        }
        attribute(where, Aspect.MAP_EXTRA, map.extra(), other.extra(), extra -> "0x" + Long.toHexString(extra));
        attribute(where, Aspect.NUMA_NODE, map.numaNode(), other.numaNode(), String::valueOf);
        // In BTF such a map has keys and values of 4 bytes, whatever its records are, or the kernel would not make it.
        boolean written = !ofVersions && map.isStream() && !other.isStream() && map.kind() == other.kind();
        boolean isIndex = map.kind().keyRule().isNumber() && !ofVersions;
        if (isIndex && map.key() != null && other.key() != null) {
            types.sizes(where.part(DifferenceLocation.KEY), map.key(), other.key());
        } else if (!written) {
            part(where.part(DifferenceLocation.KEY), map.key(), other.key());
        }
        if (map.role() == MapRole.OUTER && other.role() == MapRole.OUTER) {
            inner(where, map, other);
        } else if (ofVersions
                || !map.isStream()
                || (other.isStream() && other.value() != null)) { // BTF does not say what is in a stream
            part(where.part(DifferenceLocation.VALUE), map.value(), other.value());
        }
        slots(where, targets(map), targets(other));
        if (ofVersions && !map.slots().isEmpty() && !other.slots().isEmpty()) {
            attribute(where, Aspect.SLOT, map.slots().fill(), other.slots().fill(), SlotFill::name);
        }
    }

    private static String entries(MapDef map) {
        return map.isSizedAtLoad() ? Difference.AT_LOAD : Long.toString(map.maxEntries());
    }

    private void inner(DifferenceLocation where, MapDef map, MapDef other) {
        if (map.inner() == null) {
            return; // the inner maps are left to load time
        }
        DifferenceLocation inner = where.inner(map.inner());
        if (other.inner() == null) {
            found.add(inner.difference(Aspect.PRESENCE, "a definition", "none"));
            return;
        }
        if (ofVersions) {
            attribute(inner, Aspect.TAG, map.inner(), other.inner(), name -> name);
        }
        mapDef(inner, declared.innerOf(map), actual.innerOf(other));
    }

    /** What is put into slots at load is in no object. */
    private Map<List<Long>, String> targets(MapDef map) {
        Map<List<Long>, String> targets = new LinkedHashMap<>();
        List<SlotContents.Slot> slots =
                ofVersions ? map.slots().list() : map.slots().inObject();
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

    private void part(DifferenceLocation where, @Nullable CType type, @Nullable CType other) {
        if (type != null && other != null) {
            (ofVersions ? new TypeComparison(found, this::isExternal, true) : types).compare(where, type, other);
        } else if (type != null || other != null) {
            found.add(where.difference(Aspect.PRESENCE, spelling(type), spelling(other)));
        }
    }

    private static String spelling(@Nullable CType type) {
        return type == null ? "none" : type.spelling();
    }

    private <T> void attribute(DifferenceLocation where, Aspect aspect, T value, T other, Function<T, String> text) {
        if (!Objects.equals(value, other)) {
            found.add(where.difference(aspect, text.apply(value), text.apply(other)));
        }
    }
}
