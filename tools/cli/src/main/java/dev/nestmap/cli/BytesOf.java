/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads bytes of a map. */
final class BytesOf {
    private BytesOf() {}

    /** The unsigned number in 1, 2, 4 or 8 bytes, in this machine's byte order. */
    static long nativeNumber(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return switch (bytes.length) {
            case Byte.BYTES -> Byte.toUnsignedLong(bytes[0]);
            case Short.BYTES -> Short.toUnsignedLong(buffer.getShort());
            case Integer.BYTES -> Integer.toUnsignedLong(buffer.getInt());
            default -> buffer.getLong();
        };
    }

    static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
