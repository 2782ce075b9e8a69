/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The old and new size of the key or value with a difference, for the kernel. For the kernel, a ring buffer has no values.
 *
 * @param definition the map definition
 * @param part {@code key} or {@code value}
 * @param before size in bytes in the previous version; 0 if it has none
 * @param after size in bytes in the new version; 0 if it has none
 */
public record KeyOrValueSizeChange(String definition, String part, long before, long after) {
    /** Aspects that can resize the containing type. */
    private static final Set<Difference.Aspect> RESIZING = EnumSet.of(
            Difference.Aspect.PRESENCE,
            Difference.Aspect.MISSING_FIELD,
            Difference.Aspect.EXTRA_FIELD,
            Difference.Aspect.FORM,
            Difference.Aspect.TYPE,
            Difference.Aspect.SIZE,
            Difference.Aspect.LENGTH,
            Difference.Aspect.BITS,
            Difference.Aspect.OFFSET,
            Difference.Aspect.ALIGNMENT);

    /** Empty if the difference is in no key or value, or changes no size. */
    public static Optional<KeyOrValueSizeChange> of(Schema before, Schema after, Difference difference) {
        DifferenceLocation where = difference.where();
        String map = where.map();
        String definition = where.definition();
        String part = where.part();
        if (map == null || definition == null || part == null || !RESIZING.contains(difference.aspect())) {
            return Optional.empty();
        }
        MapDef oldMap = before.map(definition).orElseThrow();
        MapDef newMap = map.equals(definition)
                ? after.map(map).orElseThrow()
                : after.innerOf(after.map(map).orElseThrow());
        return Optional.of(new KeyOrValueSizeChange(definition, part, size(oldMap, part), size(newMap, part)))
                .filter(sizes -> sizes.before() != sizes.after());
    }

    /** The change in a message: {@code value_size of `flow_map` from 16 to 24}. */
    @Override
    public String toString() {
        return part + "_size of `" + definition + "` from " + before + " to " + after;
    }

    private static long size(MapDef map, String part) {
        return part.equals(DifferenceLocation.KEY) ? sizeOf(map.key()) : map.isStream() ? 0 : sizeOf(map.value());
    }

    private static long sizeOf(@Nullable CType type) {
        return type == null ? 0 : type.size();
    }
}
