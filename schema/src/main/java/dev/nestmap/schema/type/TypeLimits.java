/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Limits of types in files. They bound the recursion and the time of all code that walks a type, even if the file comes from an attacker.
 */
public final class TypeLimits {
    /** Maximum depth of nested types. */
    public static final int MAX_DEPTH = 64;

    /** Maximum number of members of a type, where the members of a nested type count each time it occurs. */
    public static final long MAX_MEMBERS = 1 << 14;

    private TypeLimits() {}
}
