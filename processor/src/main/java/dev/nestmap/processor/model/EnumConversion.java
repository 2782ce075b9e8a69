/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;

/**
 * A constant of an enum as its number.
 *
 * @param model the enum
 * @param type the C enum, or the integer type that an annotation selects
 */
public record EnumConversion(EnumModel model, CType type) implements NumberConversion {
    @Override
    public TypeName javaType() {
        return model.javaType();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return RuntimeClasses.put(
                carrier(), place, number(value, component), carrier().size() < Long.BYTES, component);
    }

    @Override
    public CodeBlock number(CodeBlock value, String component) {
        return CodeBlock.of("$T.number($L, $S)", model.codec(), value, component);
    }

    @Override
    public CodeBlock number(CodeBlock place) {
        return RuntimeClasses.get(carrier(), place);
    }

    @Override
    public CodeBlock value(CodeBlock number, String component) {
        return CodeBlock.of("$T.constant($L, $S)", model.codec(), number, component);
    }

    private Scalar carrier() {
        return type.carrier().orElseThrow();
    }
}
