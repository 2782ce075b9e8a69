/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Numbers in the byte order of this machine, as programs read and write them. */
public final class NativeBytes {
    private NativeBytes() {}

    /** A packet that begins with these numbers of 32 bits. */
    public static byte[] packet(int... numbers) {
        byte[] packet = new byte[64];
        CodecBytes.buffer(packet).asIntBuffer().put(numbers);
        return packet;
    }

    /** A key or value of 32 bits. */
    public static ByteString of(int number) {
        return ByteString.of(Arrays.copyOf(packet(number), Integer.BYTES));
    }

    /** A key or value of 64 bits. */
    public static ByteString of(long number) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        return ByteString.of(bytes.putLong(number).array());
    }

    /** The numbers in a key or value. */
    public static ByteBuffer read(ByteString bytes) {
        return CodecBytes.buffer(bytes.toBytes());
    }
}
