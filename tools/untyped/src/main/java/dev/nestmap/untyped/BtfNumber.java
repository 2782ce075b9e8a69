/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.codec.WireBits;
import dev.nestmap.schema.type.Field;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads numbers as their C types say. */
final class BtfNumber {
    private BtfNumber() {}

    /** Reads the number of a field in a buffer that has the byte order of the number. */
    static BigInteger read(Field field, boolean signed, ByteBuffer from, int offset) {
        if (field.isBitField()) {
            return bits(signed, from, offset, field.bit(), field.bits());
        }
        return switch ((int) field.type().size()) {
            case Byte.BYTES -> BigInteger.valueOf(signed ? from.get(offset) : Wire.getU8(from, offset));
            case Short.BYTES ->
                BigInteger.valueOf(signed ? from.getShort(offset) : Short.toUnsignedLong(from.getShort(offset)));
            case Integer.BYTES ->
                BigInteger.valueOf(signed ? from.getInt(offset) : Integer.toUnsignedLong(from.getInt(offset)));
            case 2 * Long.BYTES -> signed ? WireBits.getS128(from, offset) : WireBits.getU128(from, offset);
            default -> signed ? BigInteger.valueOf(from.getLong(offset)) : unsigned(from.getLong(offset));
        };
    }

    private static BigInteger bits(boolean signed, ByteBuffer from, int offset, int bit, int bits) {
        if (bits > Long.SIZE) {
            int high = bits - Long.SIZE;
            boolean isLittle = from.order() == ByteOrder.LITTLE_ENDIAN;
            return bits(signed, from, offset, bit + (isLittle ? Long.SIZE : 0), high)
                    .shiftLeft(Long.SIZE)
                    .or(bits(false, from, offset, bit + (isLittle ? 0 : high), Long.SIZE));
        }
        return signed
                ? BigInteger.valueOf(WireBits.getSignedBits(from, offset, bit, bits))
                : unsigned(WireBits.getUnsignedBits(from, offset, bit, bits));
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }
}
