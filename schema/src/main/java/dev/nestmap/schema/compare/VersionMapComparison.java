/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import java.util.Objects;
import java.util.Set;

/** Compares the maps of two versions of the records. Both are fully known, so every difference counts. */
final class VersionMapComparison extends MapComparison {
    private final Set<String> used;

    VersionMapComparison(Schema declared, Schema actual, TypeComparison types) {
        super(declared, actual, types);
        this.used = declared.usedDefinitions();
    }

    @Override
    boolean isOutermost(MapDef map) {
        return map.role() != MapRole.INNER || !used.contains(map.name());
    }

    /** Skips an instance whose definition is unchanged, because its definition is compared elsewhere. */
    @Override
    void compare(DifferenceLocation where, MapDef map, MapDef other) {
        boolean sameDefinition = map.role() == MapRole.INSTANCE
                && other.role() == MapRole.INSTANCE
                && Objects.equals(map.definition(), other.definition());
        if (!sameDefinition) {
            super.compare(where, map, other);
        }
    }

    @Override
    MapDef complete(MapDef map, MapDef other) {
        return map;
    }

    @Override
    void key(DifferenceLocation where, MapDef map, MapDef other) {
        types.part(where, map.key(), other.key());
    }

    @Override
    void value(DifferenceLocation where, MapDef map, MapDef other) {
        types.part(where, map.value(), other.value());
    }

    @Override
    void definitions(DifferenceLocation where, String definition, String other) {
        attribute(where, Aspect.TAG, definition, other, name -> name);
    }
}
