/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The annotations that give a record the layout of a C struct.
 *
 * @param packed whether the record is {@code @Packed}
 * @param padBits for each field, the bits that {@code @Pad} leaves free before it
 * @param padAtEnd the bytes that {@code @Pad} leaves free at the end
 * @param struct the resulting struct of the record
 */
record LayoutAnnotations(boolean packed, List<Long> padBits, long padAtEnd, StructType struct) {
    /** The largest number in {@code @Pad}. */
    private static final long MAX_PAD = 1 << 20;

    /**
     * Finds the annotations.
     *
     * @param name the tag of the struct
     * @param actual the struct in C
     * @param types for each of its fields the type that its component has in C. It has the field's size
     * @return empty if no annotations give this layout
     */
    static Optional<LayoutAnnotations> of(String name, StructType actual, List<CType> types) {
        return of(name, actual, types, false).or(() -> of(name, actual, types, true));
    }

    private static Optional<LayoutAnnotations> of(String name, StructType actual, List<CType> types, boolean packed) {
        List<StructType.Member> members = new ArrayList<>();
        List<Long> pads = new ArrayList<>();
        long end = 0;
        int alignment = 1;
        for (int i = 0; i < types.size(); i++) {
            Field field = actual.fields().get(i);
            int own = packed ? 1 : types.get(i).alignment();
            long pad = pad(end, field, types.get(i), packed);
            if (pad < 0 || pad > MAX_PAD * Byte.SIZE) {
                return Optional.empty();
            }
            pads.add(pad);
            members.add(new StructType.Member(field.name(), types.get(i), field.bits(), 1, pad));
            end = field.endBit();
            alignment = Math.max(alignment, own);
        }
        long bytes = (end + Byte.SIZE - 1) / Byte.SIZE;
        long padAtEnd = actual.size() - StructType.roundUp(bytes, alignment);
        if (padAtEnd < 0 || padAtEnd > MAX_PAD || types.isEmpty()) {
            return Optional.empty();
        }
        StructType struct = StructType.of(name, members, new StructAttributes(packed, 1), padAtEnd);
        return isSameLayout(struct, actual)
                ? Optional.of(new LayoutAnnotations(packed, pads, padAtEnd, struct))
                : Optional.empty();
    }

    /** The free bits before a field that its alignment does not explain; negative if it can't be there. */
    private static long pad(long end, Field field, CType type, boolean packed) {
        long unit = packed ? Byte.SIZE : type.alignment() * (long) Byte.SIZE;
        if (field.isBitField()) {
            boolean crosses = !packed && end % unit + field.bits() > type.size() * Byte.SIZE;
            long natural = crosses ? StructType.roundUp(end, unit) : end;
            return natural == field.startBit() ? 0 : field.startBit() - end;
        }
        return field.startBit() - StructType.roundUp(StructType.roundUp(end, Byte.SIZE), unit);
    }

    private static boolean isSameLayout(StructType struct, StructType actual) {
        return struct.size() == actual.size()
                && struct.fields().size() == actual.fields().size()
                && IntStream.range(0, struct.fields().size())
                        .allMatch(i -> struct.fields().get(i).startBit()
                                        == actual.fields().get(i).startBit()
                                && struct.fields().get(i).bits()
                                        == actual.fields().get(i).bits());
    }
}
