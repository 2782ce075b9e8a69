/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import java.util.List;

/**
 * A Java value type that a method of the runtime writes and reads.
 *
 * @param type the C type
 * @param javaType the Java type
 * @param name its name in the runtime's methods: {@code Inet4} in {@code putInet4} and {@code getInet4}
 * @param writing further arguments of the method that writes, after value and component
 * @param reading further arguments of the method that reads, after the place
 */
public record ValueConversion(CType type, TypeName javaType, String name, List<Object> writing, List<Object> reading)
        implements Conversion {
    /** Copies the lists. */
    public ValueConversion {
        writing = List.copyOf(writing);
        reading = List.copyOf(reading);
    }

    /** A conversion without further arguments. */
    public ValueConversion(CType type, Class<?> javaType, String name) {
        this(type, ClassName.get(javaType), name, List.of(), List.of());
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.put$L($L, $L$L, $S)", RuntimeClasses.WIRE_VALUES, name, place, value, further(writing), component);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.get$L($L$L)", RuntimeClasses.WIRE_VALUES, name, place, further(reading));
    }

    private static CodeBlock further(List<Object> arguments) {
        return arguments.stream()
                .map(argument -> CodeBlock.of(", $L", argument))
                .collect(CodeBlock.joining(""));
    }
}
