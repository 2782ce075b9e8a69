/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import java.util.List;

/**
 * A Java value type that the runtime knows how to write.
 *
 * @param type the C type
 * @param javaType the Java type
 * @param name what it is called in the runtime's methods: {@code putInet4}, {@code getInet4}
 * @param writing numbers and truth values that the method that writes is told beside value and component
 * @param reading those that the method that reads is told beside the place
 */
public record ValueConversion(CType type, TypeName javaType, String name, List<Object> writing, List<Object> reading)
        implements Conversion {
    /** Copies the lists. */
    public ValueConversion {
        writing = List.copyOf(writing);
        reading = List.copyOf(reading);
    }

    /** Of a type about which there is nothing more to say. */
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
