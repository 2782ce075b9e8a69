/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.OffHeapBlockCache;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongUnaryOperator;

/** Strings of C, in UTF-8. */
final class NativeText {
    /** A usual size, so that strings of a thread share one block. */
    private static final int SIZE = 256;

    private NativeText() {}

    /** Calls a native function with the address of a copy of the string, which contains no NUL, and returns its result. */
    static long with(String text, LongUnaryOperator call) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a C string ends at its first NUL");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OffHeapBlock block = OffHeapBlockCache.take(Math.max(SIZE, bytes.length + 1));
        try {
            block.bytes().put(0, bytes).put(bytes.length, (byte) 0);
            return call.applyAsLong(block.address());
        } finally {
            OffHeapBlockCache.giveBack(block);
        }
    }

    /** Reads the string at an address. */
    static String read(long address) {
        int length = Math.toIntExact(NativeLibraries.libc().strlen(address));
        return read(address, length);
    }

    /** Reads the first bytes of the string at an address. */
    static String read(long address, int length) {
        byte[] bytes = new byte[length];
        ByteBuffer memory = NativeLibraries.memory(address, length);
        memory.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
