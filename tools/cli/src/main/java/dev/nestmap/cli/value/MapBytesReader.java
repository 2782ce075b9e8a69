/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads bytes of a map. */
public final class MapBytesReader {
    private MapBytesReader() {}

    /** The unsigned number in 1, 2, 4 or 8 bytes, in this machine's byte order. */
    public static long nativeNumber(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return switch (bytes.length) {
            case Byte.BYTES -> Byte.toUnsignedLong(bytes[0]);
            case Short.BYTES -> Short.toUnsignedLong(buffer.getShort());
            case Integer.BYTES -> Integer.toUnsignedLong(buffer.getInt());
            default -> buffer.getLong();
        };
    }

    /** Whether bytes without BTF could be a number. */
    public static boolean isNumber(ByteString bytes) {
        int size = bytes.size();
        return size == Byte.BYTES || size == Short.BYTES || size == Integer.BYTES || size == Long.BYTES;
    }

    /** The sum of values without a type, which have one size, as unsigned numbers; null if they are too long for a number. */
    public static @Nullable BigInteger sum(List<BtfValue> values) {
        BigInteger sum = BigInteger.ZERO;
        for (BtfValue value : values) {
            if (!isNumber(value.bytes())) {
                return null;
            }
            sum = sum.add(new BigInteger(
                    Long.toUnsignedString(nativeNumber(value.bytes().toBytes()))));
        }
        return sum;
    }

    /** The order of two keys: by their fields, or without BTF as numbers if they can be numbers. */
    public static int compare(BtfValue a, BtfValue b) {
        BigInteger number = a.isUntyped() ? sum(List.of(a)) : a.number();
        BigInteger other = b.isUntyped() ? sum(List.of(b)) : b.number();
        if (number != null && other != null) {
            return number.compareTo(other);
        }
        boolean hasParts = a.kind() == BtfValue.Kind.STRUCT || a.kind() == BtfValue.Kind.ARRAY;
        List<BtfValue> parts = hasParts ? a.parts() : List.of();
        for (int i = 0; i < parts.size(); i++) {
            int order = compare(parts.get(i), b.parts().get(i));
            if (order != 0) {
                return order;
            }
        }
        return hasParts
                ? 0
                : Arrays.compareUnsigned(a.bytes().toBytes(), b.bytes().toBytes());
    }

    public static boolean isZero(ByteString bytes) {
        for (byte b : bytes.toBytes()) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
