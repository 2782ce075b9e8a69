/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;

/**
 * How keys and values go into and out of helpers.
 *
 * <p>Scalars go in by value: with a pointer to a loop's counter the counter lives on the stack, the verifier loses its bound
 * and refuses the loop.
 */
final class Passing {
    private Passing() {}

    /** The declaration of a parameter that takes a key or value. */
    static String parameter(CType type, String name) {
        if (byValue(type)) {
            return type.declare(name);
        }
        return isArray(type) ? "const " + type.declare(name) : "const " + type.spelling() + " *" + name;
    }

    /** The declaration of a parameter that a key or value is copied to. */
    static String target(CType type, String name) {
        return isArray(type) ? type.declare(name) : type.spelling() + " *" + name;
    }

    /** The address that such a parameter has for the kernel. */
    static String address(CType type, String name) {
        return byValue(type) ? "&" + name : name;
    }

    /** The pointer that a look-up returns: to a value, or to the first element of an array. */
    static String pointer(CType type) {
        if (type instanceof ArrayType array) {
            return pointer(array.element());
        }
        return type instanceof OpaqueType ? "void *" : type.spelling() + " *";
    }

    private static boolean byValue(CType type) {
        return type instanceof Scalar || type instanceof EnumType;
    }

    private static boolean isArray(CType type) {
        return type instanceof ArrayType || type instanceof OpaqueType;
    }
}
