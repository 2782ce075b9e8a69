/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.Block;
import java.nio.charset.StandardCharsets;

/** Writes strings as C stores them. */
public final class CStrings {
    private CStrings() {}

    /** The string in UTF-8, with a NUL at the end. The string itself contains none. */
    public static Block block(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a C string ends at its first NUL");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Block block = Block.allocate(bytes.length + 1);
        block.bytes().put(0, bytes);
        return block;
    }

    /** The string that begins where the block begins, and ends before its first NUL. */
    static String text(Block block) {
        byte[] bytes = new byte[block.size()];
        block.bytes().get(0, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
