/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.charset.StandardCharsets;

/** Writes strings in the form of C. */
public final class CStrings {
    private CStrings() {}

    /** The string in UTF-8, with a NUL at the end. The string itself contains none. */
    public static OffHeapBlock block(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a C string ends at its first NUL");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OffHeapBlock block = OffHeapBlock.allocate(bytes.length + 1);
        block.bytes().put(0, bytes);
        return block;
    }
}
