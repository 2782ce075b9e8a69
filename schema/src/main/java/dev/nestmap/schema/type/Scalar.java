/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Arrays;
import java.util.Optional;

/** The scalar types, by the kernel's names. */
public enum Scalar implements CType {
    /** {@code bool}: one byte, 0 or 1. */
    BOOL("bool", 1, false, false),
    U8("__u8", 1, false, false),
    U16("__u16", 2, false, false),
    U32("__u32", 4, false, false),
    U64("__u64", 8, false, false),
    S8("__s8", 1, true, false),
    S16("__s16", 2, true, false),
    S32("__s32", 4, true, false),
    S64("__s64", 8, true, false),
    BE16("__be16", 2, false, true),
    BE32("__be32", 4, false, true),
    BE64("__be64", 8, false, true),
    U128("unsigned __int128", 16, false, false),
    S128("__int128", 16, true, false),
    /** {@code char}: one byte of a text. In BTF its name distinguishes it from {@code __s8} and {@code __u8}. */
    CHAR("char", 1, true, false);

    private final String spelling;
    private final int size;
    private final boolean signed;
    private final boolean bigEndian;

    Scalar(String spelling, int size, boolean signed, boolean bigEndian) {
        this.spelling = spelling;
        this.size = size;
        this.signed = signed;
        this.bigEndian = bigEndian;
    }

    /** The number of this size and sign in the machine's byte order; empty if C has none. */
    public static Optional<Scalar> number(long size, boolean signed) {
        return Arrays.stream(values())
                .filter(scalar -> scalar.isNumber() && !scalar.bigEndian)
                .filter(scalar -> scalar.size == size && scalar.signed == signed)
                .findFirst();
    }

    /** Returns the type with this spelling in C; empty if no scalar has it. */
    public static Optional<Scalar> spelled(String spelling) {
        return Arrays.stream(values())
                .filter(scalar -> scalar.spelling.equals(spelling))
                .findFirst();
    }

    @Override
    public Optional<Scalar> carrier() {
        return Optional.of(this);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int alignment() {
        return size;
    }

    @Override
    public String spelling() {
        return spelling;
    }

    /** Whether it is a number, so that size, sign and byte order define it completely. */
    public boolean isNumber() {
        return this != BOOL && this != CHAR;
    }

    /** Whether it has negative values. */
    public boolean signed() {
        return signed;
    }

    /** Whether it is big-endian on every machine. Otherwise it has the machine's byte order. */
    public boolean bigEndian() {
        return bigEndian;
    }
}
