/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.CType;

/**
 * A Java value type that the runtime knows how to write.
 *
 * @param type the C type
 * @param javaType the Java type
 * @param name what it is called in the runtime's methods: {@code putInet4}, {@code getInet4}
 */
public record ValueConversion(CType type, TypeName javaType, String name) implements Conversion {
    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.put$L($L, $L, $S)", Spi.WIRE, name, place, value, component);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.get$L($L)", Spi.WIRE, name, place);
    }
}
