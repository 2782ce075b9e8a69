/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.stream.Stream;

/**
 * Whether a C type has bytes that belong to no value in Java. In the key of a hash the kernel compares them too, so several keys in the kernel
 * can be one key in Java.
 */
public final class UnusedBytes {
    private UnusedBytes() {}

    /** Whether a value has bytes that are in none of its fields. In Java, a union has all its bytes. */
    public static boolean inGaps(CType type) {
        boolean hasGaps = type instanceof StructType struct && !struct.pads().isEmpty();
        return hasGaps || parts(type).anyMatch(UnusedBytes::inGaps);
    }

    /** Whether a value has a text, after whose end there may be any bytes. */
    public static boolean afterTexts(CType type) {
        return isText(type) || parts(type).anyMatch(UnusedBytes::afterTexts);
    }

    /** The parts that Java has as values of their own. */
    private static Stream<CType> parts(CType type) {
        return type instanceof UnionType || type.size() == 0 ? Stream.empty() : type.parts().stream();
    }

    /** Whether a type is a text that ends with a zero: {@code char[n]}. */
    public static boolean isText(CType type) {
        return type instanceof ArrayType array && array.element() == Scalar.CHAR && array.count() > 1;
    }
}
