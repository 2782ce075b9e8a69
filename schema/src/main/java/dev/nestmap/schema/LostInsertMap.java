/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Scalar;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The map in which programs count failed inserts into inner maps, with a count for each inner map by the kernel's id. In C and BTF, only its
 * name links it to the definition of the inner maps: {@code flow_lost} for {@code flow_map}.
 */
public final class LostInsertMap {
    /** The number of inner maps that can have a count. The kernel allocates the entries when it creates the map. */
    public static final int MAX_ENTRIES = 4096;

    /** Suffix of its name, after the name of the inner map. */
    public static final String SUFFIX = "_lost";

    /** Types whose inserts fail if the map is full. */
    private static final Set<MapKind> COUNTED = EnumSet.of(MapKind.HASH, MapKind.RHASH, MapKind.PERCPU_HASH);

    private LostInsertMap() {}

    /** Whether helpers can count the lost inserts of such inner maps. */
    public static boolean canCount(MapKind inner) {
        return COUNTED.contains(inner);
    }

    /** The map for inner maps with this definition. */
    public static MapDef of(MapDef inner) {
        return new MapDef(
                name(inner), MapRole.LOST_INSERTS, MapKind.HASH, MAX_ENTRIES, 0, Scalar.U32, Scalar.U64, null);
    }

    /**
     * The map in a schema for inner maps with this definition; empty if programs do not count their lost inserts, or for another map.
     * Definitions that differ only in size share it.
     */
    public static Optional<MapDef> in(Schema schema, MapDef inner) {
        if (inner.role() != MapRole.INNER) {
            return Optional.empty();
        }
        MapDef definition = inner.definition() == null ? inner : schema.innerOf(inner);
        return schema.map(name(definition)).filter(map -> map.role() == MapRole.LOST_INSERTS);
    }

    /**
     * The map in the schema of an object, whose BTF marks neither this map nor definitions that differ from another one only in size. Their names
     * end in the size.
     */
    public static Optional<MapDef> inObject(Schema object, MapDef inner) {
        String size = "_" + inner.maxEntries();
        String definition = inner.name().endsWith(size)
                ? inner.name().substring(0, inner.name().length() - size.length())
                : inner.name();
        return Stream.of(inner.name(), definition)
                .map(name -> new MapDef(name, MapRole.INNER, inner.kind(), 0, 0, null, null, null))
                .flatMap(candidate -> object.map(name(candidate)).stream())
                .filter(map -> map.kind() == MapKind.HASH && map.key() == Scalar.U32 && map.value() == Scalar.U64)
                .findFirst();
    }

    /** The name of the map for inner maps with this definition. */
    private static String name(MapDef inner) {
        return inner.baseName() + SUFFIX;
    }
}
