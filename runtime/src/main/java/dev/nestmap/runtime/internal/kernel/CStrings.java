/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.memory.Block;
import java.nio.charset.StandardCharsets;

/** Writes strings as C stores them. */
final class CStrings {
    private CStrings() {}

    /** The string in UTF-8, with a NUL at the end. */
    static Block block(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Block block = Block.allocate(bytes.length + 1);
        block.bytes().put(0, bytes);
        return block;
    }
}
