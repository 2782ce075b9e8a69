/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Whether a C type has bytes that belong to no value in Java. In the key of a hash the kernel compares them too, so several keys in the kernel
 * can be one key in Java.
 */
public final class UnusedBytes {
    private UnusedBytes() {}

    /** Whether a value has bytes that are in none of its fields, or that another member of a union may have set. */
    public static boolean inGaps(CType type) {
        if (type instanceof ArrayType array) {
            return array.count() > 0 && inGaps(array.element());
        }
        boolean hasGaps = type instanceof StructType struct
                ? !struct.pads().isEmpty()
                : type instanceof UnionType union
                        && union.fields().stream().anyMatch(member -> member.endBit() < union.size() * Byte.SIZE);
        return hasGaps || type.parts().stream().anyMatch(UnusedBytes::inGaps);
    }

    /** Whether a value has a text, after whose end there may be any bytes. */
    public static boolean afterTexts(CType type) {
        return isText(type) || type.parts().stream().anyMatch(UnusedBytes::afterTexts);
    }

    /** Whether a type is a text that ends with a zero: {@code char[n]}. */
    public static boolean isText(CType type) {
        return type instanceof ArrayType array && array.element() == Scalar.CHAR && array.count() > 1;
    }
}
