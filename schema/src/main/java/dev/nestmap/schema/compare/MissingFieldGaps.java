/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bytes of a struct or union in place of a missing field.
 *
 * @param gaps the padding of a struct, as ranges of bits that no field adjoins on both sides: their first bits, and for each the bit after
 *     its end; empty for a union
 */
record MissingFieldGaps(boolean isUnion, NavigableMap<Long, Long> gaps) {
    /** Stands for a field in whose place there is padding only. */
    static final String PADDING = "padding";

    /** Stands for a member of a union, whose bytes belong to its other members too. */
    static final String IN_UNION = "missing in the union";

    /** @param fields the fields of the type, perhaps with the fields of its unnamed members */
    static MissingFieldGaps of(NamedType type, List<Field> fields) {
        NavigableMap<Long, Long> gaps = new TreeMap<>();
        if (type instanceof UnionType) {
            return new MissingFieldGaps(true, gaps);
        }
        for (Field pad : new StructType(type.name(), type.size(), 1, fields).pads()) {
            Map.Entry<Long, Long> last = gaps.lastEntry();
            boolean adjoins = last != null && last.getValue() == pad.startBit();
            gaps.put(adjoins ? last.getKey() : pad.startBit(), pad.endBit());
        }
        return new MissingFieldGaps(false, gaps);
    }

    /** One of the constants of this class, or {@link Difference#MISSING} if other fields are there, or nothing. */
    String inPlaceOf(Field missing) {
        if (isUnion) {
            return IN_UNION;
        }
        Map.Entry<Long, Long> gap = gaps.floorEntry(missing.startBit());
        return gap != null && missing.endBit() <= gap.getValue() ? PADDING : Difference.MISSING;
    }
}
