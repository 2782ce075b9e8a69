/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.Scalar;

/**
 * An integer: copied bit by bit if Java's type and C's have the same width, and range-checked otherwise.
 *
 * @param type the C type
 * @param javaType {@code byte}, {@code short}, {@code int} or {@code long}, at least as wide as the C type
 * @param isAnnotated whether an annotation states the C type with its sign
 */
public record IntegerConversion(Scalar type, TypeName javaType, boolean isAnnotated) implements NumberConversion {
    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return RuntimeClasses.put(type, place, value, bytes(javaType) > type.size(), component);
    }

    @Override
    public CodeBlock number(CodeBlock value, String component) {
        boolean bits = javaBits() == type.size() * Byte.SIZE && javaBits() < Long.SIZE;
        return bits && !type.signed() ? CodeBlock.of("$T.toUnsignedLong($L)", javaType.box(), value) : value;
    }

    @Override
    public CodeBlock number(CodeBlock place) {
        return RuntimeClasses.get(type, place);
    }

    @Override
    public CodeBlock value(CodeBlock number, String component) {
        return javaType.equals(TypeName.LONG) ? number : CodeBlock.of("($T) $L", javaType, number);
    }

    /** Whether a value has the same bytes in Java and in C, on every machine. */
    boolean isSameBytes() {
        return bytes(javaType) == type.size() && !type.bigEndian();
    }

    /** How many bits the Java type has. */
    int javaBits() {
        return bytes(javaType) * Byte.SIZE;
    }

    private static int bytes(TypeName javaType) {
        if (javaType.equals(TypeName.BYTE)) {
            return Byte.BYTES;
        }
        if (javaType.equals(TypeName.SHORT)) {
            return Short.BYTES;
        }
        return javaType.equals(TypeName.INT) ? Integer.BYTES : Long.BYTES;
    }
}
