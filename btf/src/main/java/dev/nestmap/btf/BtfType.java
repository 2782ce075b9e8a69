/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A BTF type as stored in the file. The kind determines which methods are meaningful.
 *
 * @param id its number
 * @param kind its kind
 * @param record the bytes of its record
 * @param strings the string section, for its names
 */
public record BtfType(int id, BtfKind kind, FileBytes record, NameTable strings) {
    /**
     * A member of a struct or union.
     *
     * @param bitOffset bits from the start of the struct
     * @param bits width of a bit-field; 0 for other members, and in old BTF, whose types contain the width
     */
    public record Member(String name, int type, long bitOffset, int bits) {}

    private static final int MEMBER_SIZE = 12;

    /** A constant of an enum. A 32-bit value is extended with zeroes. */
    record Enumerator(String name, long value) {}

    /** Its name; empty if it has none. */
    public String name() {
        return strings.name(record.u32(0));
    }

    /** Its name in C: {@code int}, {@code struct flow}. */
    public String spelling() {
        return switch (kind) {
            case INT, FLOAT -> name();
            case FWD -> (flag() ? BtfKind.UNION : BtfKind.STRUCT).spelling(name());
            default -> kind.spelling(name());
        };
    }

    /**
     * {@code BTF_INFO_KFLAG}. It means that a struct has bit-fields, that an enum has signed values, or that a forward declaration is of
     * a union.
     */
    boolean flag() {
        return record.s32(4) < 0;
    }

    /** Size of a value in bytes. */
    public long size() {
        return record.u32(8);
    }

    /** The number of the type that a pointer, typedef, qualifier or variable refers to. */
    public int target() {
        return record.s32(8);
    }

    /** {@code BTF_INT_SIGNED}. */
    boolean intIsSigned() {
        return (intData() >> 24 & 1) != 0;
    }

    /** {@code BTF_INT_BOOL}. */
    boolean intIsBool() {
        return (intData() >> 24 & 4) != 0;
    }

    /** Number of bits of an integer. In old BTF, the type of a bit-field has fewer bits than its bytes. */
    int intBits() {
        return intData() & 0xff;
    }

    /** The number of the element type of an array. */
    int elementType() {
        return record.s32(12);
    }

    /** Number of elements of an array. */
    long elementCount() {
        return record.u32(20);
    }

    /** Whether a variable is {@code static}: visible in one C file only. */
    boolean isStatic() {
        return record.u32(12) == 0;
    }

    /** Whether a variable is declared here, but defined in another object. */
    boolean isExtern() {
        return record.u32(12) == 2;
    }

    /** The number of the members of a struct or union, which are not read for it. */
    int memberCount() {
        return (int) ((record.length() - BtfKind.HEAD_SIZE) / MEMBER_SIZE);
    }

    /** The members of a struct or union. */
    public List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (long at = BtfKind.HEAD_SIZE; at < record.length(); at += MEMBER_SIZE) {
            long offset = record.u32(at + 8);
            long bitOffset = flag() ? offset & 0xffffff : offset;
            int bits = flag() ? (int) (offset >> 24) : 0;
            members.add(new Member(strings.name(record.u32(at)), record.s32(at + 4), bitOffset, bits));
        }
        return members;
    }

    /** The constants of an enum. */
    List<Enumerator> enumerators() {
        boolean wide = kind == BtfKind.ENUM64;
        List<Enumerator> enumerators = new ArrayList<>();
        for (long at = BtfKind.HEAD_SIZE; at < record.length(); at += wide ? 12 : 8) {
            long high = wide ? record.u32(at + 8) : 0;
            enumerators.add(new Enumerator(strings.name(record.u32(at)), high << 32 | record.u32(at + 4)));
        }
        return enumerators;
    }

    /** The value of the first constant of an enum; empty if it has none. */
    OptionalLong firstValue() {
        if (record.length() == BtfKind.HEAD_SIZE) {
            return OptionalLong.empty();
        }
        long high = kind == BtfKind.ENUM64 ? record.u32(BtfKind.HEAD_SIZE + 8) : 0;
        return OptionalLong.of(high << 32 | record.u32(BtfKind.HEAD_SIZE + 4));
    }

    /** The variables of a section. */
    public List<Integer> variables() {
        List<Integer> variables = new ArrayList<>();
        for (long at = BtfKind.HEAD_SIZE; at < record.length(); at += 12) {
            variables.add(record.s32(at));
        }
        return variables;
    }

    private int intData() {
        return record.s32(12);
    }
}
