/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.codec.WireBits;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A component that is a number, a bit-field or not: which values it has, and how its bytes are read and written. */
final class NumberField {
    private final Field field;
    private final boolean signed;
    private final boolean bigEndian;
    private final int bits;

    private NumberField(Field field, boolean signed, boolean bigEndian) {
        this.field = field;
        this.signed = signed;
        this.bigEndian = bigEndian;
        this.bits = field.isBitField()
                ? field.bits()
                : Math.toIntExact(Byte.SIZE * field.type().size());
    }

    /** The number that a field is; empty when it is something else. */
    static Optional<NumberField> of(Field field) {
        if (field.type() instanceof Scalar scalar) {
            return Optional.of(new NumberField(field, scalar.signed(), scalar.bigEndian()));
        }
        if (field.type() instanceof EnumType type) {
            return Optional.of(new NumberField(field, type.signed(), false));
        }
        return Optional.empty();
    }

    /** Whether it is no wider than a {@code long}. */
    boolean isLong() {
        return bits <= Long.SIZE;
    }

    /** Whether every value of the other one is one of this one, and means the same. */
    boolean takes(NumberField other) {
        if (field.type() instanceof EnumType now && other.field.type() instanceof EnumType before) {
            return holdsAll(other) && now.constants().containsAll(before.constants());
        }
        return isSameSort(other) && holdsAll(other);
    }

    private boolean isSameSort(NumberField other) {
        boolean numbers = field.type() instanceof Scalar now
                && now.isNumber()
                && other.field.type() instanceof Scalar before
                && before.isNumber();
        return numbers || field.type().equals(other.field.type());
    }

    private boolean holdsAll(NumberField other) {
        return signed == other.signed ? bits >= other.bits : signed && bits > other.bits;
    }

    /** Its value in the struct that begins at {@code at}. */
    BigInteger read(ByteBuffer from, int at) {
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            long value = WireBits.getUnsignedBits(from, offset, field.bit(), bits);
            return signed ? BigInteger.valueOf(value << (Long.SIZE - bits) >> (Long.SIZE - bits)) : unsigned(value);
        }
        byte[] bytes = new byte[bits / Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = from.get(offset + place(i, bytes.length, from));
        }
        return signed ? new BigInteger(bytes) : new BigInteger(1, bytes);
    }

    /**
     * Writes a value into the struct that begins at {@code at}.
     *
     * @throws IllegalArgumentException when it has no such value
     */
    void write(ByteBuffer to, int at, BigInteger value) {
        boolean isIn = signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
        if (!isIn || (field.type() == Scalar.BOOL && value.bitLength() > 1)) {
            throw new IllegalArgumentException(
                    value + " is no value of " + field.type().declare(field.name()));
        }
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            WireBits.putBits(to, offset, field.bit(), bits, value.longValue());
            return;
        }
        int size = bits / Byte.SIZE;
        for (int i = 0; i < size; i++) {
            to.put(
                    offset + place(i, size, to),
                    value.shiftRight(Byte.SIZE * (size - 1 - i)).byteValue());
        }
    }

    /** Writes what a function of the user's made: of a number without a sign 64 bits are taken as they are. */
    void writeLong(ByteBuffer to, int at, long value) {
        write(to, at, !signed && bits == Long.SIZE ? unsigned(value) : BigInteger.valueOf(value));
    }

    /** Where the byte lies that is the i-th from the most significant one. */
    private int place(int i, int size, ByteBuffer buffer) {
        return bigEndian || buffer.order() == ByteOrder.BIG_ENDIAN ? i : size - 1 - i;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
