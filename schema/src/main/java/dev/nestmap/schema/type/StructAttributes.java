/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * The attributes of a C struct.
 *
 * @param packed {@code __attribute__((packed))}: no padding between members, and an alignment of 1
 * @param alignment {@code __attribute__((aligned(n)))} of the struct, a power of two; 1 if there is none
 */
public record StructAttributes(boolean packed, int alignment) {
    /** A struct with no attributes. */
    public static final StructAttributes NATURAL = new StructAttributes(false, 1);
}
