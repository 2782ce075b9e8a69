/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.type.Field;
import java.util.Map;
import java.util.Set;

/** Writes a part of a new key or value. The offsets of all fields count from the beginning of the whole key or value. */
public sealed interface Step {
    /** Copies a field whose bytes are unchanged. */
    record Bytes(Field from, Field to) implements Step {}

    /**
     * Writes a number with the width, the sign and the byte order of the new field.
     *
     * @param factor the number of new units in an old unit
     * @param constants the new value of each old constant of an enum; empty if a number stays as it is
     * @param gained the values of constants that only the new enum has; an old number without a constant can't become one of them
     * @param areBits whether each bit of the number stands for a constant
     * @param name names the new field in messages
     */
    record Converted(
            Field from,
            Field to,
            long factor,
            Map<Long, Long> constants,
            Set<Long> gained,
            boolean areBits,
            String name)
            implements Step {}
}
