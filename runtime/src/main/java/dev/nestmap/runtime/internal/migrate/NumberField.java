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

/** A number in a struct, which may be a bit-field: its range of values, and how its bytes are read and written. */
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

    /** Returns the number in a field; empty if the field is not a number. */
    static Optional<NumberField> of(Field field) {
        if (field.type() instanceof Scalar scalar) {
            return Optional.of(new NumberField(field, scalar.signed(), scalar.bigEndian()));
        }
        if (field.type() instanceof EnumType type) {
            return Optional.of(new NumberField(field, type.signed(), false));
        }
        return Optional.empty();
    }

    /** Whether the number has at most 64 bits. */
    boolean isLong() {
        return bits <= Long.SIZE;
    }

    /** Whether this field can hold every value of another field with the same meaning. */
    boolean accepts(NumberField other) {
        if (field.type() instanceof EnumType newEnum && other.field.type() instanceof EnumType oldEnum) {
            return holdsAll(other) && newEnum.constants().containsAll(oldEnum.constants());
        }
        return isSameKind(other) && holdsAll(other);
    }

    private boolean isSameKind(NumberField other) {
        boolean bothNumbers = field.type() instanceof Scalar newScalar
                && newScalar.isNumber()
                && other.field.type() instanceof Scalar oldScalar
                && oldScalar.isNumber();
        return bothNumbers || field.type().equals(other.field.type());
    }

    private boolean holdsAll(NumberField other) {
        return signed == other.signed ? bits >= other.bits : signed && bits > other.bits;
    }

    /** Reads the value in the struct that begins at {@code at}. */
    BigInteger read(ByteBuffer from, int at) {
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            long value = WireBits.getUnsignedBits(from, offset, field.bit(), bits);
            return signed ? BigInteger.valueOf(value << (Long.SIZE - bits) >> (Long.SIZE - bits)) : unsigned(value);
        }
        byte[] bytes = new byte[bits / Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = from.get(offset + byteAt(i, bytes.length, from));
        }
        return signed ? new BigInteger(bytes) : new BigInteger(1, bytes);
    }

    /**
     * Writes a value into the struct that begins at {@code at}.
     *
     * @throws IllegalArgumentException if the value is out of range
     */
    void write(ByteBuffer to, int at, BigInteger value) {
        boolean inRange = signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
        if (!inRange || (field.type() == Scalar.BOOL && value.bitLength() > 1)) {
            throw new IllegalArgumentException(
                    value + " is out of range for " + field.type().declare(field.name()));
        }
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            WireBits.putBits(to, offset, field.bit(), bits, value.longValue());
            return;
        }
        int size = bits / Byte.SIZE;
        for (int i = 0; i < size; i++) {
            to.put(
                    offset + byteAt(i, size, to),
                    value.shiftRight(Byte.SIZE * (size - 1 - i)).byteValue());
        }
    }

    /** Writes the result of a user's function. For an unsigned 64-bit number, writes the bits of the {@code long} unchanged. */
    void writeLong(ByteBuffer to, int at, long value) {
        write(to, at, !signed && bits == Long.SIZE ? unsigned(value) : BigInteger.valueOf(value));
    }

    /** The offset of the i-th byte, counted from the most significant one. */
    private int byteAt(int i, int size, ByteBuffer buffer) {
        return bigEndian || buffer.order() == ByteOrder.BIG_ENDIAN ? i : size - 1 - i;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
