/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A function of a library. It is a record, as {@link PlainFunction} is: the JIT takes fields of records for constants, so a call of a
 * function in a static field contains the address and reads no object.
 *
 * @param found its address; null if the library lacks it
 */
record Symbol(String library, String name, @Nullable MemorySegment found) {
    MemorySegment address() {
        if (found == null) {
            throw new UnsatisfiedLinkError(library + " has no function " + name);
        }
        return found;
    }
}
