/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Completes the definitions of a schema from pinned maps: the sizes that the records leave to load time and, for somebody else's object,
 * all attributes that the records leave out.
 */
public record PinnedDefinitions(Schema schema, InnerMapSamples samples) {
    /** Returns the definition with the size of the pinned map, if the records leave the size to load time. */
    public static MapDef withSizeOf(RawMap pinned, MapDef map) {
        return map.isSizedAtLoad() ? map.withMaxEntries(pinned.shape().maxEntries()) : map;
    }

    /** Returns the definition with what the records leave out: the size, and for somebody else's object also the flags. */
    MapDef complete(MapDef map, RawMap pinned) {
        return schema.isForeign() ? map.completedFrom(definition(map, pinned.shape())) : withSizeOf(pinned, map);
    }

    /**
     * Returns the schema with the size of the inner maps that a pinned outer map holds, if the records leave the size to load time and
     * the pins have it. For somebody else's object, also completes the other attributes of the inner maps.
     *
     * @param map an outer map; for any other map, the schema stays as it is
     * @param paths the pins beside its pin; null if it was not opened by a pin
     */
    public Schema withInnerMapsOf(MapDef map, RawMap pinned, @Nullable PinPaths paths) {
        MapDef inner = map.role() == MapRole.OUTER ? schema.innerOf(map) : null;
        if (inner != null && schema.isForeign()) {
            return withSampleOf(inner, pinned, paths);
        }
        if (inner == null || !inner.isSizedAtLoad()) {
            return schema;
        }
        String name = inner.name();
        OptionalLong size = samples.size(pinned, paths);
        return schema.withSizes(other -> other.name().equals(name) ? size : OptionalLong.empty());
    }

    /** Returns the schema with the attributes of the inner maps that a pinned outer map holds, if there is a sample of them. */
    private Schema withSampleOf(MapDef inner, RawMap pinned, @Nullable PinPaths paths) {
        RawMap sample = samples.find(pinned, paths);
        MapShape shape = sample == null ? samples.factory().prototype(pinned) : sample.shape();
        if (sample != null) {
            sample.close();
        }
        if (shape == null) {
            return schema;
        }
        MapDef found = definition(inner, shape);
        OptionalLong size = samples.size(pinned, paths); // the sample may be a smaller prototype
        MapDef sized = size.isPresent() ? found.withMaxEntries(size.getAsLong()) : found;
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.name().equals(inner.name()) ? map.completedFrom(sized) : map)
                .toList());
    }

    /** The definition of a map with the attributes of a live one. */
    static MapDef definition(MapDef map, MapShape shape) {
        return new MapDef(map.name(), map.role(), shape.kind(), shape.maxEntries(), shape.flags(), null, null, null)
                .withExtra(shape.extra());
    }
}
