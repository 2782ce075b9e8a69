/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.ArrayList;
import java.util.List;

/**
 * One type of BTF as it stands in the file. Which of the methods mean something depends on the kind.
 *
 * @param id its number
 * @param kind what it is
 * @param record the bytes of its record
 * @param strings the names
 */
record BtfType(int id, BtfKind kind, FileBytes record, FileBytes strings) {
    /**
     * A member of a struct or union.
     *
     * @param bitOffset bits from the start of the struct
     * @param bits how many bits a bit-field has; 0 for other members, and for bit-fields of old BTF, which have a type of
     *     their own that says it
     */
    record Member(String name, int type, long bitOffset, int bits) {}

    /** A constant of an enum; the value as the file has it, extended by zeroes where it is 32 bits wide. */
    record Enumerator(String name, long value) {}

    /** Its name, empty where it has none. */
    String name() {
        return strings.name(record.u32(0));
    }

    /** {@code BTF_INFO_KFLAG}: bit-fields in a struct, signed values in an enum, a union in a forward declaration. */
    boolean flag() {
        return record.s32(4) < 0;
    }

    /** Bytes that a value takes. */
    long size() {
        return record.u32(8);
    }

    /** Which member, parameter or constant the tag of a declaration is about; negative for the whole. */
    int componentIndex() {
        return record.s32(12);
    }

    /** The type that a pointer, typedef, qualifier or variable is of. */
    int target() {
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

    /** How many bits of the bytes an integer uses; fewer in bit-fields of old BTF. */
    int intBits() {
        return intData() & 0xff;
    }

    /** The elements' type of an array. */
    int elementType() {
        return record.s32(12);
    }

    /** How many elements an array has. */
    long elementCount() {
        return record.u32(20);
    }

    /** Whether a variable is only declared here, and defined in another object. */
    boolean isExtern() {
        return record.u32(12) == 2;
    }

    /** The members of a struct or union. */
    List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (long at = BtfKind.HEAD_SIZE; at < record.length(); at += 12) {
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

    /** The variables of a section. */
    List<Integer> variables() {
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
