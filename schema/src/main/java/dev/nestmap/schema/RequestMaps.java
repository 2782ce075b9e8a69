/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where programs note what they miss in an outer map whose inner maps are made on demand, as no program can make one. C and
 * BTF tie the three maps together by their names alone.
 *
 * @param noted a HASH: how often each missing key was missed
 * @param unnoted an ARRAY of one entry: how often a key was missed that could not be noted
 */
public record RequestMaps(MapDef noted, MapDef unnoted) {
    /** The least {@code maxPending}. */
    public static final long PENDING_MIN = 1;

    /** The greatest {@code maxPending}: what the kernel takes as {@code max_entries} of a HASH. */
    public static final long PENDING_MAX = MapKind.HASH.maxEntries();

    /** What the name of {@link #noted} has after that of the outer map. */
    public static final String NOTED = "_requests";

    /** What the name of {@link #unnoted} has after that of the outer map. */
    public static final String UNNOTED = "_unnoted";

    /** What belongs to an outer map of which this many keys can be missing at the same time. */
    public static RequestMaps of(MapDef outer, long maxPending) {
        return new RequestMaps(
                requests(outer.name() + NOTED, MapKind.HASH, maxPending, outer.key()),
                requests(outer.name() + UNNOTED, MapKind.ARRAY, 1, Scalar.U32));
    }

    /** What belongs to an outer map of a schema; empty when its inner maps are not made on demand. */
    public static Optional<RequestMaps> in(Schema schema, MapDef outer) {
        return find(schema, outer.name() + NOTED)
                .flatMap(noted -> find(schema, outer.name() + UNNOTED).map(unnoted -> new RequestMaps(noted, unnoted)));
    }

    /** The two. */
    public Stream<MapDef> maps() {
        return Stream.of(noted, unnoted);
    }

    private static Optional<MapDef> find(Schema schema, String name) {
        return schema.map(name).filter(map -> map.role() == MapRole.REQUESTS);
    }

    private static MapDef requests(String name, MapKind kind, long maxEntries, @Nullable CType key) {
        return new MapDef(name, MapRole.REQUESTS, kind, maxEntries, 0, key, Scalar.U64, null);
    }
}
