/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;

/** Code that converts values of a Java type to bytes of a C type and back. Each kind of component has a small class. */
public interface Conversion {
    /** The C type. */
    CType type();

    /** The Java type. */
    TypeName javaType();

    /**
     * An expression that writes a value.
     *
     * @param place the destination, as two arguments: the buffer and an offset in bytes ({@code to, at + 8})
     * @param value the value, as an expression
     * @param component the value's name in error messages: {@code FlowKey.sourcePort}
     */
    CodeBlock write(CodeBlock place, CodeBlock value, String component);

    /** An expression that reads a value from a place. The parameters are those of {@link #write}. */
    CodeBlock read(CodeBlock place, String component);

    /**
     * An expression of the codec for a key.
     *
     * @param component the key's name in error messages
     */
    default CodeBlock codec(String component) {
        return CodeBlock.of(
                "$T.of(/* bytes */ $L,$W(value, to, at) -> $L,$W(from, at) -> $L)",
                RuntimeClasses.CODEC,
                type().size(),
                write(CodeBlock.of("to, at"), CodeBlock.of("value"), component),
                read(CodeBlock.of("from, at"), component));
    }
}
