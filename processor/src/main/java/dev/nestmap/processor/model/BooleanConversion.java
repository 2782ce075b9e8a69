/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.Scalar;

/** A {@code boolean} as C's {@code bool}. */
public record BooleanConversion() implements NumberConversion {
    @Override
    public Scalar type() {
        return Scalar.BOOL;
    }

    @Override
    public TypeName javaType() {
        return TypeName.BOOLEAN;
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.putBool($L, $L)", RuntimeClasses.SCALARS, place, value);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return get(place);
    }

    @Override
    public CodeBlock number(CodeBlock value, String component) {
        return CodeBlock.of("$L ? 1 : 0", value);
    }

    @Override
    public CodeBlock number(CodeBlock place) {
        return CodeBlock.of("$L ? 1 : 0", get(place));
    }

    @Override
    public CodeBlock value(CodeBlock number, String component) {
        return CodeBlock.of("$L != 0", number);
    }

    private static CodeBlock get(CodeBlock place) {
        return CodeBlock.of("$T.getBool($L)", RuntimeClasses.SCALARS, place);
    }
}
