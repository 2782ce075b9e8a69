/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.util.List;

/**
 * A Java value type that a method of the runtime writes and reads.
 *
 * @param type the C type
 * @param javaType the Java type
 * @param methods the class of the runtime's methods
 * @param name its name in these methods: {@code Inet4} in {@code putInet4} and {@code getInet4}
 * @param writing additional arguments of the writing method, after value and component
 * @param reading additional arguments of the reading method, after the place
 */
public record RuntimeMethodConversion(
        CType type, TypeName javaType, ClassName methods, String name, List<Object> writing, List<Object> reading)
        implements Conversion {
    /** A conversion without further arguments. */
    public RuntimeMethodConversion(CType type, Class<?> javaType, String name) {
        this(type, ClassName.get(javaType), RuntimeClasses.VALUE_BYTES, name, List.of(), List.of());
    }

    /** An array of this size. */
    public RuntimeMethodConversion(ArrayType type, Class<?> javaType, String name, List<Object> writing) {
        this(
                type,
                ClassName.get(javaType),
                RuntimeClasses.VALUE_BYTES,
                name,
                writing,
                List.of(Math.toIntExact(type.count())));
    }

    /** An integer as a {@code BigInteger}, because it has values outside {@code long}. */
    public static RuntimeMethodConversion ofBigInteger(Scalar type) {
        return new RuntimeMethodConversion(
                type,
                ClassName.get(BigInteger.class),
                RuntimeClasses.WIDE_INTEGER_BYTES,
                RuntimeClasses.suffix(type),
                List.of(),
                List.of());
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.put$L($L, $L$L, $S)", methods, name, place, value, further(writing), component);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.get$L($L$L)", methods, name, place, further(reading));
    }

    private static CodeBlock further(List<Object> arguments) {
        return arguments.stream()
                .map(argument -> CodeBlock.of(", $L", argument))
                .collect(CodeBlock.joining(""));
    }
}
