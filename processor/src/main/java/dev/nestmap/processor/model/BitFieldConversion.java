/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;

/**
 * An integer, {@code boolean} or enum in a bit-field.
 *
 * @param whole the conversion for a field with all bits of the C type
 * @param field its place; its bytes must be zero before the first bit-field in them is written
 */
public record BitFieldConversion(NumberConversion whole, Field field) implements NumberConversion {
    @Override
    public CType type() {
        return whole.type();
    }

    @Override
    public TypeName javaType() {
        return whole.javaType();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        if (whole instanceof IntegerConversion scalar && scalar.javaBits() == field.bits()) {
            return CodeBlock.of("$T.putBits($L, $L)", RuntimeClasses.VALUE_BYTES, bits(place), value);
        }
        return CodeBlock.of(
                "$T.put$LBits($L, $L, $S)",
                RuntimeClasses.VALUE_BYTES,
                sign(),
                bits(place),
                number(value, component),
                component);
    }

    @Override
    public CodeBlock number(CodeBlock value, String component) {
        return whole.number(value, component);
    }

    @Override
    public CodeBlock number(CodeBlock place) {
        return CodeBlock.of("$T.get$LBits($L)", RuntimeClasses.VALUE_BYTES, sign(), bits(place));
    }

    @Override
    public CodeBlock value(CodeBlock number, String component) {
        return whole.value(number, component);
    }

    private CodeBlock bits(CodeBlock place) {
        return CodeBlock.of("$L, $L, $L", place, field.bit(), field.bits());
    }

    private String sign() {
        return type().carrier().orElseThrow().signed() ? "Signed" : "Unsigned";
    }
}
