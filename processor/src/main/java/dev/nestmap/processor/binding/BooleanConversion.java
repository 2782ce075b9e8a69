/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.Scalar;

/** C's {@code bool}. */
public record BooleanConversion() implements Conversion {
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
        return CodeBlock.of("$T.putBool($L, $L)", Spi.WIRE, place, value);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.getBool($L)", Spi.WIRE, place);
    }
}
