/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of BTF types, in the order of their numbers ({@code BTF_KIND_*} in {@code linux/btf.h}), with the size of the data after the
 * first 12 bytes of each record.
 */
public enum BtfKind {
    VOID(0, 0),
    INT(4, 0),
    PTR(0, 0),
    ARRAY(12, 0),
    STRUCT(0, 12),
    UNION(0, 12),
    ENUM(0, 8),
    FWD(0, 0),
    TYPEDEF(0, 0),
    VOLATILE(0, 0),
    CONST(0, 0),
    RESTRICT(0, 0),
    FUNC(0, 0),
    FUNC_PROTO(0, 8),
    VAR(4, 0),
    DATASEC(0, 12),
    FLOAT(0, 0),
    DECL_TAG(4, 0),
    TYPE_TAG(0, 0),
    ENUM64(0, 12),

    /** A newer kind. The section says how long its records are ({@link Btf}). */
    UNKNOWN(0, 0);

    /** Size of the start of every record, in bytes: name, kind and count, size or type. */
    static final int HEAD_SIZE = 12;

    private static final BtfKind[] BY_NUMBER = values();

    private final int fixedSize;
    private final int elementSize;

    BtfKind(int fixedSize, int elementSize) {
        this.fixedSize = fixedSize;
        this.elementSize = elementSize;
    }

    /** The kind with this number. A file contains no record of void. */
    static Optional<BtfKind> ofNumber(int number) {
        return number > 0 && number < UNKNOWN.number() ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /** The number of this kind in a file. */
    int number() {
        return Arrays.asList(BY_NUMBER).indexOf(this);
    }

    /** Size in bytes of a record with this many members, constants, parameters or variables. */
    long recordSize(int elements) {
        return HEAD_SIZE + fixedSize + (long) elements * elementSize;
    }

    /** A type of this kind in C: {@code struct flow}, or {@code struct} without a tag. */
    public String spelling(String tag) {
        String keyword = (this == ENUM64 ? ENUM : this).name().toLowerCase(Locale.ROOT);
        return tag.isEmpty() ? keyword : keyword + " " + tag;
    }

    /** Whether a type of this kind is a typedef or a qualifier of another type. */
    boolean isModifier() {
        return switch (this) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
            default -> false;
        };
    }
}
