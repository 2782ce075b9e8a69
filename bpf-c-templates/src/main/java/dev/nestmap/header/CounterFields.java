/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Optional;

/**
 * The numbers in the values of a hash or array, for atomic additions. A plain addition loses counts if another CPU adds to the same number,
 * or in a per-CPU map if another program on the same CPU interrupts it.
 *
 * @param names the names of the numbers in a struct; empty if the value is a number
 */
record CounterFields(List<String> names) {
    /** The value of this map; empty if it is no hash or array, or if the value has something else than such numbers. */
    static Optional<CounterFields> of(MapDef map) {
        CType value = map.value();
        MapKind kind = map.kind();
        if (!kind.isHash() && !kind.isArray()) {
            return Optional.empty();
        }
        if (value instanceof Scalar number) {
            return isCounter(number) ? Optional.of(new CounterFields(List.of())) : Optional.empty();
        }
        return value instanceof StructType struct
                        && !struct.fields().isEmpty()
                        && struct.fields().stream().allMatch(field -> isCounter(field, struct))
                ? Optional.of(new CounterFields(
                        struct.fields().stream().map(Field::name).toList()))
                : Optional.empty();
    }

    /** The names of the fields for which a value has no atomic additions, although it has numbers to add to; empty otherwise. */
    static List<String> others(MapDef map) {
        MapKind kind = map.kind();
        boolean mayCount = kind.isHash() || kind.isArray();
        if (!mayCount || !(map.value() instanceof StructType struct)) {
            return List.of();
        }
        List<String> others = struct.fields().stream()
                .filter(field -> !isCounter(field, struct))
                .map(Field::name)
                .toList();
        return others.size() == struct.fields().size() || others.contains("") ? List.of() : others;
    }

    private static boolean isCounter(Field field, StructType struct) {
        return !field.isBitField()
                && !field.name().isEmpty()
                && field.type() instanceof Scalar number
                && isCounter(number)
                && struct.alignment() % number.size() == 0
                && field.offset() % number.size() == 0;
    }

    /** BPF has atomic instructions for 4 and 8 bytes in the machine's byte order. */
    private static boolean isCounter(Scalar number) {
        return number.isNumber()
                && !number.bigEndian()
                && (number.size() == Integer.BYTES || number.size() == Long.BYTES);
    }
}
