/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.util.List;

/**
 * A Java value type that methods of the runtime's {@code ValueBytes} write and read.
 *
 * @param type the C type
 * @param javaClass the Java type
 * @param name its name in these methods: {@code Inet4} in {@code putInet4} and {@code getInet4}
 * @param further additional arguments of the writing method, after the value; the reading method has only the first of them, after the
 *     place
 */
public record RuntimeMethodConversion(CType type, Class<?> javaClass, String name, List<Object> further)
        implements Conversion {
    public RuntimeMethodConversion(CType type, Class<?> javaClass, String name, Object... further) {
        this(type, javaClass, name, List.of(further));
    }

    /** An integer as a {@code BigInteger}, because it has values outside {@code long}. */
    public RuntimeMethodConversion(Scalar type) {
        this(type, BigInteger.class, RuntimeClasses.suffix(type));
    }

    @Override
    public TypeName javaType() {
        return ClassName.get(javaClass);
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.put$L($L, $L$L, $S)",
                RuntimeClasses.VALUE_BYTES,
                name,
                place,
                value,
                arguments(further.size()),
                component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return CodeBlock.of("$T.get$L($L$L)", RuntimeClasses.VALUE_BYTES, name, place, arguments(1));
    }

    private CodeBlock arguments(int most) {
        return further.stream()
                .limit(most)
                .map(argument -> CodeBlock.of(", $L", argument))
                .collect(CodeBlock.joining(""));
    }
}
