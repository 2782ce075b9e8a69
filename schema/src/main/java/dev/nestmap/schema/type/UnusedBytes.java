/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a C type has bytes that belong to no value in Java. In the key of a hash the kernel compares them too, so several keys in the kernel
 * can be one key in Java.
 */
public final class UnusedBytes {
    private UnusedBytes() {}

    /** Whether a value has bytes that are in none of its fields. In Java, a union has all its bytes. */
    public static boolean inGaps(CType type) {
        return isAnyPart(type, UnusedBytes::hasGaps, identitySet());
    }

    /** Whether a value has a text, after whose end there may be any bytes. */
    public static boolean afterTexts(CType type) {
        return isAnyPart(type, UnusedBytes::isText, identitySet());
    }

    /**
     * Whether a type, or a part that Java has as a value of its own, is like this.
     *
     * @param seen the types that are not. A struct with twice the same struct, and so on, has more parts than anybody can look at
     */
    private static boolean isAnyPart(CType type, Predicate<CType> isLikeThis, Set<CType> seen) {
        return seen.add(type)
                && (isLikeThis.test(type)
                        || (!(type instanceof UnionType)
                                && type.size() > 0
                                && type.parts().stream().anyMatch(part -> isAnyPart(part, isLikeThis, seen))));
    }

    private static Set<CType> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static boolean hasGaps(CType type) {
        return type instanceof StructType struct && !struct.pads().isEmpty();
    }

    /** Whether a type is a text that ends with a zero: {@code char[n]}. */
    public static boolean isText(CType type) {
        return type instanceof ArrayType array && array.element() == Scalar.CHAR && array.count() > 1;
    }
}
