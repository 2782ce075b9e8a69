/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.Scalar;
import java.util.Set;

/**
 * A set of an enum's constants: an integer with one bit for each constant.
 *
 * @param model the enum
 * @param type the integer
 */
public record FlagsConversion(EnumModel model, Scalar type) implements Conversion {
    @Override
    public TypeName javaType() {
        return ParameterizedTypeName.get(ClassName.get(Set.class), model.javaType());
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        CodeBlock bits = CodeBlock.of(
                "$T.bits($L, $T::number, $S)", RuntimeClasses.VALUE_BYTES, value, model.codec(), component);
        return RuntimeClasses.put(type, place, bits, type.size() < Long.BYTES, component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return CodeBlock.of(
                "$T.flags($L, $T.class, $T::constant, $S)",
                RuntimeClasses.VALUE_BYTES,
                RuntimeClasses.get(type, place),
                model.javaType(),
                model.codec(),
                component);
    }
}
