/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The map in which programs count what they could not write: failed inserts into inner maps, with a count for each inner map by the kernel's
 * id, or lost events of a stream, with one count. In C and BTF, only its name links it to the other map: {@code flow_lost} for the inner maps
 * {@code flow_map}, {@code opened_lost} for the ring buffer {@code opened}. The entry with the id 0, which no map has, counts what inner maps
 * lost that got no entry because the map was full.
 */
public final class LostInsertMap {
    /** The number of inner maps that can have a count, and one. The kernel allocates the entries when it creates the map. */
    public static final int MAX_ENTRIES = 4096;

    /** Suffix of its name, after the name of the other map. */
    public static final String SUFFIX = "_lost";

    private LostInsertMap() {}

    /** Whether helpers can count the lost inserts of such inner maps: inserts fail if the map is full. */
    public static boolean canCount(MapKind inner) {
        return (inner.isHash() && !inner.isLru()) || inner == MapKind.RINGBUF;
    }

    /** Whether helpers count the events of this map that are lost. This needs no capability, so no record has to ask for it. */
    public static boolean isCounted(MapDef map) {
        return map.role() == MapRole.PLAIN
                && map.value() != null
                && map.isStream()
                && map.kind() != MapKind.USER_RINGBUF;
    }

    /** The map for inner maps with this definition, or for this stream. */
    public static MapDef of(MapDef map) {
        boolean isOne = map.role() == MapRole.PLAIN;
        return new MapDef(
                name(map),
                MapRole.LOST_INSERTS,
                isOne ? MapKind.ARRAY : MapKind.HASH,
                isOne ? 1 : MAX_ENTRIES,
                0,
                Scalar.U32,
                Scalar.U64,
                null);
    }

    /**
     * The map in a schema for inner maps with this definition, or for this stream; empty if programs do not count what is lost, or for another
     * map. Definitions that differ only in size share it.
     */
    public static Optional<MapDef> in(Schema schema, MapDef map) {
        if (map.role() != MapRole.INNER && !isCounted(map)) {
            return Optional.empty();
        }
        MapDef definition = map.definition() == null ? map : schema.innerOf(map);
        return schema.map(name(definition)).filter(counts -> counts.role() == MapRole.LOST_INSERTS);
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

    private static String name(MapDef map) {
        return map.baseName() + SUFFIX;
    }
}
