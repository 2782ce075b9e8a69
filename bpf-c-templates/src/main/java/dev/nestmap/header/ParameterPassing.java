/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;

/**
 * The passing of keys and values to helpers.
 *
 * <p>Helpers take integers, enums and pointers by value: a pointer to a loop counter would force the counter onto the stack, where the
 * verifier loses its bounds and rejects the loop.
 */
final class ParameterPassing {
    private ParameterPassing() {}

    /** The declaration of a parameter for a key or value. */
    static String parameter(CType type, String name) {
        if (byValue(type)) {
            return type.declare(name);
        }
        return isArray(type) ? "const " + type.declare(name) : "const " + type.spelling() + " *" + name;
    }

    /** The declaration of a parameter for memory that a value is copied to. */
    static String target(CType type, String name) {
        return isArray(type) ? type.declare(name) : type.spelling() + " *" + name;
    }

    /** The address of such a parameter, which the kernel's helpers take. */
    static String address(CType type, String name) {
        return byValue(type) ? "&" + name : name;
    }

    /** The type of a pointer to a value, or to the first element if the value is an array. */
    static String pointer(CType type) {
        if (type instanceof ArrayType array) {
            return pointer(array.element());
        }
        return type instanceof OpaqueType ? "void *" : type.spelling() + " *";
    }

    private static boolean byValue(CType type) {
        return type instanceof Scalar || type instanceof EnumType || type instanceof PointerType;
    }

    private static boolean isArray(CType type) {
        return type instanceof ArrayType || type instanceof OpaqueType;
    }
}
