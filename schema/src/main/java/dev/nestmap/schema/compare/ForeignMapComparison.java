/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;

/** Compares the maps of records with those of somebody else's object: the records may also leave out sizes and flags. */
final class ForeignMapComparison extends ObjectMapComparison {
    ForeignMapComparison(Schema declared, Schema actual, TypeComparison types) {
        super(declared, actual, types);
    }

    @Override
    MapDef complete(MapDef map, MapDef other) {
        return super.complete(map.completedFrom(other), other);
    }

    @Override
    void value(DifferenceLocation where, MapDef map, MapDef other) {
        boolean isAnySize = isDescriptor(map) && map.kind() == other.kind(); // the kernel accepts 4 and 8 bytes
        if (!isAnySize) {
            super.value(where, map, other);
        }
    }
}
