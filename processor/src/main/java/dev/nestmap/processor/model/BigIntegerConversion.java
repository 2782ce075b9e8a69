/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;

/**
 * An integer as a {@code BigInteger}, because it has values outside {@code long}.
 *
 * @param type the C type
 */
public record BigIntegerConversion(Scalar type) implements Conversion {
    @Override
    public TypeName javaType() {
        return ClassName.get(BigInteger.class);
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.put$L($L, $L, $S)", RuntimeClasses.WIRE_BITS, RuntimeClasses.suffix(type), place, value, component);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.get$L($L)", RuntimeClasses.WIRE_BITS, RuntimeClasses.suffix(type), place);
    }
}
