/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.ArrayType;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.Field;
import dev.nestmap.schema.OpaqueType;
import dev.nestmap.schema.Pad;
import dev.nestmap.schema.Scalar;
import dev.nestmap.schema.StructType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The fields of one struct or union, and what BTF leaves to be found out about them: alignment, and what is padding. */
final class Layout {
    private final BtfType type;
    private final List<Field> fields = new ArrayList<>();
    private int natural = 1;
    private boolean aligned = true;

    Layout(BtfType type) {
        this.type = type;
    }

    /**
     * Adds a member.
     *
     * @param declared its type, without typedefs and qualifiers
     * @param ctype the same as a C type
     */
    void add(BtfType.Member member, BtfType declared, CType ctype) {
        int bits = member.bits() != 0 ? member.bits() : oldBits(declared);
        Field field = bits != 0 ? bitField(member, bits, ctype) : wholeField(member, ctype);
        if (field.end() > type.size()) {
            throw malformed(member, "ends at byte " + field.end() + ", but the whole has " + type.size());
        }
        natural = Math.max(natural, ctype.alignment());
        aligned &= bits != 0 || field.offset() % ctype.alignment() == 0;
        fields.add(field);
    }

    /** That of the member with the largest one; 1 where a member or the size shows that the struct is packed. */
    int alignment() {
        return aligned && type.size() % natural == 0 ? natural : 1;
    }

    /** The fields of a struct by offset, without those that are padding. */
    List<Field> structFields() {
        List<Field> sorted = new ArrayList<>(fields);
        sorted.sort(Comparator.comparingLong(Field::offset));
        List<Field> others = sorted.stream().filter(f -> !looksLikePad(f)).toList();
        Set<Place> gaps = new HashSet<>();
        for (Pad pad : new StructType(type.name(), type.size(), 1, others).pads()) {
            gaps.add(new Place(pad.offset(), pad.size()));
        }
        sorted.removeIf(f ->
                looksLikePad(f) && gaps.contains(new Place(f.offset(), f.type().size())));
        return sorted;
    }

    /** The members of a union. */
    List<Field> unionFields() {
        for (Field field : fields) {
            if (field.offset() != 0) {
                throw type.record().malformed("member " + field.name() + " of a union is not at its start");
            }
        }
        return fields;
    }

    /** Bytes of a struct. */
    private record Place(long offset, long size) {}

    private static boolean looksLikePad(Field field) {
        return StructType.isPadName(field.name())
                && field.type() instanceof ArrayType array
                && array.element() == Scalar.U8;
    }

    private Field wholeField(BtfType.Member member, CType ctype) {
        if (member.bitOffset() % Byte.SIZE != 0) {
            throw malformed(member, "starts at bit " + member.bitOffset() + ", which is within a byte");
        }
        return new Field(member.name(), ctype, member.bitOffset() / Byte.SIZE);
    }

    /** A bit-field as the bytes that it has a part in, so neighbours may overlap. */
    private Field bitField(BtfType.Member member, int bits, CType ctype) {
        if (bits > ctype.size() * Byte.SIZE) {
            throw malformed(member, "has " + bits + " bits of " + ctype.size() + " bytes");
        }
        long offset = member.bitOffset() / Byte.SIZE;
        long end = (member.bitOffset() + bits + Byte.SIZE - 1) / Byte.SIZE;
        String what = "bit-field of %d bits of a %s, from bit %d of the struct"
                .formatted(bits, ctype.spelling(), member.bitOffset());
        return new Field(member.name(), new OpaqueType(end - offset, 1, what), offset);
    }

    private static int oldBits(BtfType declared) {
        boolean narrowed = declared.kind() == BtfKind.INT && declared.intBits() < declared.size() * Byte.SIZE;
        return narrowed ? declared.intBits() : 0;
    }

    private MalformedObjectException malformed(BtfType.Member member, String what) {
        return type.record().malformed("member " + member.name() + " " + what);
    }
}
