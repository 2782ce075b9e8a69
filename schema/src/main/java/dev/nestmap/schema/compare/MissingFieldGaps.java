/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;

/**
 * The bytes of a struct or union in place of a missing field.
 *
 * @param pads the padding of a struct; empty for a union
 */
record MissingFieldGaps(boolean isUnion, List<Field> pads) {
    /** Stands for a field in whose place there is padding only. */
    static final String PADDING = "padding";

    /** Stands for a member of a union, whose bytes belong to its other members too. */
    static final String IN_UNION = "missing in the union";

    /** @param fields the fields of the type, perhaps with the fields of its unnamed members */
    static MissingFieldGaps of(NamedType type, List<Field> fields) {
        boolean isUnion = type instanceof UnionType;
        return new MissingFieldGaps(
                isUnion, isUnion ? List.of() : new StructType(type.name(), type.size(), 1, fields).pads());
    }

    /** One of the constants of this class, or {@link TypeComparison#MISSING} if other fields are there, or nothing. */
    String inPlaceOf(Field missing) {
        if (isUnion) {
            return IN_UNION;
        }
        int low = 0;
        int high = pads.size();
        while (low < high) { // finds the first padding that begins after the field
            int middle = (low + high) >>> 1;
            if (pads.get(middle).startBit() <= missing.startBit()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && missing.endBit() <= pads.get(low - 1).endBit() ? PADDING : TypeComparison.MISSING;
    }
}
