/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The two maps in which programs record missing keys of an outer map whose inner maps are created on demand. Programs can't create maps,
 * so user space reads the keys and creates the inner maps. In C and BTF, only the names link the two maps to the outer map.
 *
 * @param requests a HASH with the number of misses of each key
 * @param lost an ARRAY with one entry: the number of misses that were not recorded in {@code requests}, because it was full or the outer
 *     map has no such slot
 */
public record KeyRequestMaps(MapDef requests, MapDef lost) {
    /** The smallest {@code maxPending}. */
    public static final long PENDING_MIN = 1;

    /** The largest {@code maxPending}: the largest {@code max_entries} of a HASH. */
    public static final long PENDING_MAX = MapKind.HASH.maxEntries();

    /** Suffix of the name of {@link #requests}, after the name of the outer map. */
    public static final String REQUESTS_SUFFIX = "_requests";

    /** Suffix of the name of {@link #lost}, after the name of the outer map. */
    public static final String LOST_SUFFIX = "_lost";

    /** The maps for an outer map; they record at most {@code maxPending} different keys at a time. */
    public static KeyRequestMaps of(MapDef outer, long maxPending) {
        return new KeyRequestMaps(
                map(outer.name() + REQUESTS_SUFFIX, MapKind.HASH, maxPending, outer.key()),
                map(outer.name() + LOST_SUFFIX, MapKind.ARRAY, 1, Scalar.U32));
    }

    /** The maps of an outer map in a schema; empty if its inner maps are not created on demand. */
    public static Optional<KeyRequestMaps> in(Schema schema, MapDef outer) {
        return find(schema, outer.name() + REQUESTS_SUFFIX)
                .flatMap(requests ->
                        find(schema, outer.name() + LOST_SUFFIX).map(lost -> new KeyRequestMaps(requests, lost)));
    }

    /** Both maps. */
    public Stream<MapDef> maps() {
        return Stream.of(requests, lost);
    }

    private static Optional<MapDef> find(Schema schema, String name) {
        return schema.map(name).filter(map -> map.role() == MapRole.REQUESTS);
    }

    private static MapDef map(String name, MapKind kind, long maxEntries, @Nullable CType key) {
        return new MapDef(name, MapRole.REQUESTS, kind, maxEntries, 0, key, Scalar.U64, null);
    }
}
