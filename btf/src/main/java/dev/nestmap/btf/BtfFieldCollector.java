/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects the fields of one struct or union. BTF has neither the alignment nor the padding, so this class derives both. */
final class BtfFieldCollector {
    private final BtfType type;
    private final List<Field> fields = new ArrayList<>();
    private int natural = 1;

    BtfFieldCollector(BtfType type) {
        this.type = type;
    }

    /**
     * Adds a member.
     *
     * @param declared its BTF type, without typedefs and qualifiers
     * @param ctype its C type
     */
    void add(BtfType.Member member, BtfType declared, CType ctype) {
        int bits = member.bits() != 0 ? member.bits() : oldBits(declared);
        Field field = bits != 0 ? bitField(member, bits, ctype) : wholeField(member, ctype);
        if (field.end() > type.size()) {
            throw malformed(member, "ends at byte " + field.end() + ", but the type has " + type.size() + " bytes");
        }
        natural = Math.max(natural, ctype.alignment());
        fields.add(field);
    }

    /** The struct, without padding fields. */
    StructType struct() {
        List<Field> placed = structFields();
        StructType struct = new StructType(type.name(), type.size(), natural, placed);
        boolean packed = type.size() % natural != 0 || struct.shape().packed();
        return packed ? new StructType(type.name(), type.size(), 1, placed) : struct;
    }

    /** The union. */
    UnionType union() {
        for (Field field : fields) {
            if (field.offset() != 0 || field.bit() != 0) {
                throw type.record().malformed("member " + field.name() + " of a union is not at offset 0");
            }
        }
        return new UnionType(type.name(), type.size(), type.size() % natural == 0 ? natural : 1, fields);
    }

    /** The fields by offset, without padding fields. */
    private List<Field> structFields() {
        List<Field> sorted = new ArrayList<>(fields);
        sorted.sort(Comparator.comparingLong((Field field) -> field.offset() * Byte.SIZE + field.bit()));
        List<Field> others = sorted.stream().filter(f -> !looksLikePad(f)).toList();
        Set<Field> gaps = new StructType(type.name(), type.size(), 1, others)
                .pads().stream().map(pad -> pad.withName("")).collect(Collectors.toSet());
        sorted.removeIf(f -> looksLikePad(f) && gaps.contains(f.withName("")));
        return sorted;
    }

    private static boolean looksLikePad(Field field) {
        CType element = field.type() instanceof ArrayType array ? array.element() : field.type();
        boolean bytes = field.type() instanceof ArrayType || field.isBitField();
        return StructType.isPadName(field.name()) && bytes && element == Scalar.U8;
    }

    private Field wholeField(BtfType.Member member, CType ctype) {
        if (member.bitOffset() % Byte.SIZE != 0) {
            throw malformed(member, "starts at bit " + member.bitOffset() + ", which is not the start of a byte");
        }
        return new Field(member.name(), ctype, member.bitOffset() / Byte.SIZE);
    }

    private Field bitField(BtfType.Member member, int bits, CType ctype) {
        if (bits > ctype.size() * Byte.SIZE) {
            throw malformed(member, "has " + bits + " bits, but its type has only " + ctype.size() + " bytes");
        }
        return new Field(
                member.name(), ctype, member.bitOffset() / Byte.SIZE, (int) (member.bitOffset() % Byte.SIZE), bits);
    }

    private static int oldBits(BtfType declared) {
        boolean narrowed = declared.kind() == BtfKind.INT && declared.intBits() < declared.size() * Byte.SIZE;
        return narrowed ? declared.intBits() : 0;
    }

    private MalformedObjectException malformed(BtfType.Member member, String what) {
        return type.record().malformed("member " + member.name() + " " + what);
    }
}
