/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * What a C struct is told besides its members.
 *
 * @param packed {@code __attribute__((packed))}: members follow each other without padding, and the whole has no alignment
 * @param alignment {@code __attribute__((aligned(n)))} of the whole, a power of two; 1 where there is none
 */
public record StructAttributes(boolean packed, int alignment) {
    /** A struct with no attributes. */
    public static final StructAttributes NATURAL = new StructAttributes(false, 1);
}
