/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A number in a struct, possibly a bit-field: reads, checks and writes its value. */
public final class NumberField {
    private final Field field;
    private final boolean signed;
    private final boolean bigEndian;
    private final int bits;
    private final BigInteger least;
    private final BigInteger most;

    /** @param bigEndian whether its most significant byte is the first one on every machine */
    public NumberField(Field field, boolean signed, boolean bigEndian) {
        this.field = field;
        this.signed = signed;
        this.bigEndian = bigEndian;
        this.bits = field.isBitField()
                ? field.bits()
                : Math.toIntExact(Byte.SIZE * field.type().size());
        BigInteger values = field.type() == Scalar.BOOL ? BigInteger.TWO : BigInteger.ONE.shiftLeft(bits);
        this.least = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
        this.most = least.add(values).subtract(BigInteger.ONE);
    }

    /** Returns the number in a field; empty if the field is not a number. */
    public static Optional<NumberField> of(Field field) {
        return field.type().carrier().map(number -> new NumberField(field, number.signed(), number.bigEndian()));
    }

    /** Whether the number has at most 64 bits. */
    public boolean isLong() {
        return bits <= Long.SIZE;
    }

    /** Reads the value in the struct that begins at {@code at}. */
    public BigInteger read(ByteBuffer from, int at) {
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            return readBits(from, offset);
        }
        byte[] bytes = new byte[bits / Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = from.get(offset + byteAt(i, bytes.length, from));
        }
        return signed ? new BigInteger(bytes) : new BigInteger(1, bytes);
    }

    private BigInteger readBits(ByteBuffer from, int offset) {
        long low = ValueBytes.getUnsignedBits(from, offset, lowAt(from), lowBits());
        long high = ValueBytes.getUnsignedBits(from, offset, highAt(from), bits - lowBits());
        BigInteger value = unsigned(high).shiftLeft(lowBits()).or(unsigned(low));
        return signed && value.testBit(bits - 1) ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value;
    }

    /**
     * Writes a value into the struct that begins at {@code at}.
     *
     * @throws IllegalArgumentException if the value is out of range
     */
    public void write(ByteBuffer to, int at, BigInteger value) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(field.type().declare(field.name()) + " has values from " + least + " to "
                    + most + ", not " + value);
        }
        int offset = at + Math.toIntExact(field.offset());
        if (field.isBitField()) {
            writeBits(to, offset, value);
            return;
        }
        int size = bits / Byte.SIZE;
        for (int i = 0; i < size; i++) {
            to.put(
                    offset + byteAt(i, size, to),
                    value.shiftRight(Byte.SIZE * (size - 1 - i)).byteValue());
        }
    }

    private void writeBits(ByteBuffer to, int offset, BigInteger value) {
        ValueBytes.putBits(to, offset, lowAt(to), lowBits(), value.longValue());
        BigInteger high = value.shiftRight(lowBits());
        ValueBytes.putBits(to, offset, highAt(to), bits - lowBits(), high.longValue());
    }

    /** Writes the result of a user's function. For an unsigned 64-bit number, writes the bits of the {@code long} unchanged. */
    public void writeLong(ByteBuffer to, int at, long value) {
        write(to, at, !signed && bits == Long.SIZE ? unsigned(value) : BigInteger.valueOf(value));
    }

    /** The offset of the i-th byte, counted from the most significant one. */
    private int byteAt(int i, int size, ByteBuffer buffer) {
        return bigEndian || buffer.order() == ByteOrder.BIG_ENDIAN ? i : size - 1 - i;
    }

    /** The number of bits that one access reads or writes. A bit-field may have more, which are its high bits. */
    private int lowBits() {
        return Math.min(bits, Long.SIZE);
    }

    private int lowAt(ByteBuffer buffer) {
        return field.bit() + (buffer.order() == ByteOrder.BIG_ENDIAN ? bits - lowBits() : 0);
    }

    private int highAt(ByteBuffer buffer) {
        return field.bit() + (buffer.order() == ByteOrder.BIG_ENDIAN ? 0 : lowBits());
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
