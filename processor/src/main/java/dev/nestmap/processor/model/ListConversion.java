/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.schema.type.ArrayType;

/**
 * A list of numbers with value equality, which is an array in C.
 *
 * @param array how the array of them is written and read
 * @param javaType the class, which has {@code of} and {@code toArray}
 */
public record ListConversion(ArrayConversion array, ClassName javaType) implements Conversion {
    @Override
    public ArrayType type() {
        return array.type();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return array.write(
                place, CodeBlock.of("$T.present($L,$W$S).toArray()", RuntimeClasses.WIRE, value, component), component);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.of($L)", javaType, array.read(place));
    }
}
