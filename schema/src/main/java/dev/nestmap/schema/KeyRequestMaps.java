/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The maps in which programs record missing keys of an outer map whose inner maps are created on demand. Programs can't create maps, so user
 * space reads the keys and creates the inner maps. In C and BTF, only the names link these maps to the outer map.
 *
 * <p>{@link UncountedMap} has the number of misses that were not recorded in a table, because it was full or the outer map has no such slot.
 *
 * @param table the definition of the tables: a HASH with the number of misses of each key
 * @param requests an ARRAY_OF_MAPS with one slot, which holds the table that programs write to. User space rotates it: so the counts of a
 *     displaced table are final
 */
public record KeyRequestMaps(MapDef table, MapDef requests) {
    /** The smallest {@code maxPending}. */
    public static final long PENDING_MIN = 1;

    /** The largest {@code maxPending}: the largest {@code max_entries} of a HASH. */
    public static final long PENDING_MAX = MapKind.HASH.maxEntries();

    /** Suffix of the name of {@link #table}, after the name of the outer map. */
    public static final String TABLE_SUFFIX = "_misses";

    /** Suffix of the name of {@link #requests}, after the name of the outer map. */
    public static final String REQUESTS_SUFFIX = "_requests";

    /** The maps for an outer map; a table records at most {@code maxPending} different keys. */
    public static KeyRequestMaps of(MapDef outer, long maxPending) {
        String table = outer.name() + TABLE_SUFFIX;
        return new KeyRequestMaps(
                new MapDef(table, MapRole.INNER, MapKind.HASH, maxPending, 0, outer.key(), Scalar.U64, null),
                new MapDef(
                        outer.name() + REQUESTS_SUFFIX,
                        MapRole.OUTER,
                        MapKind.ARRAY_OF_MAPS,
                        1,
                        0,
                        Scalar.U32,
                        null,
                        table));
    }

    /** The maps of an outer map in a schema; empty if its inner maps are not created on demand. */
    public static Optional<KeyRequestMaps> in(Schema schema, MapDef outer) {
        return named(schema, outer.name());
    }

    /** The maps of the outer map to which a map of {@link #maps} belongs; empty if it is another map. */
    public static Optional<KeyRequestMaps> with(Schema schema, MapDef part) {
        return Stream.of(TABLE_SUFFIX, REQUESTS_SUFFIX)
                .filter(part.name()::endsWith)
                .map(suffix -> part.name().substring(0, part.name().length() - suffix.length()))
                .flatMap(outer -> named(schema, outer).stream())
                .findFirst();
    }

    private static Optional<KeyRequestMaps> named(Schema schema, String outer) {
        boolean countsLost = schema.map(outer + UncountedMap.SUFFIX)
                .filter(map -> map.role() == MapRole.UNCOUNTED)
                .isPresent();
        return schema.map(outer + REQUESTS_SUFFIX)
                .filter(requests -> countsLost
                        && requests.kind() == MapKind.ARRAY_OF_MAPS
                        && (outer + TABLE_SUFFIX).equals(requests.definition()))
                .map(requests -> new KeyRequestMaps(schema.innerOf(requests), requests));
    }

    /** All maps, the definition of the tables first. */
    public Stream<MapDef> maps() {
        return Stream.of(table, requests);
    }
}
