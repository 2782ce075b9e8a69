/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.lang.model.element.Modifier;

/** Writes the class that converts the constants of an enum to numbers and back. */
final class EnumCodecWriter {
    private EnumCodecWriter() {}

    static TypeSpec.Builder write(EnumModel model, Modifier... visibility) {
        ClassName type = model.javaType();
        return TypeSpec.classBuilder(model.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Converts constants of {@link $T} to and from the numbers of {@code $L}.\n",
                        type,
                        model.type().spelling())
                .addMethod(CommonMemberFactory.privateConstructor())
                .addMethod(CommonMemberFactory.method("number", TypeName.LONG, visibility)
                        .addModifiers(Modifier.STATIC)
                        .addJavadoc("Returns the number of a constant.\n\n")
                        .addJavadoc("@param component the component that holds the constant, for error messages\n")
                        .addParameter(type, "constant")
                        .addParameter(String.class, "component")
                        .addCode(numbers(model))
                        .build())
                .addMethod(CommonMemberFactory.method("constant", type, visibility)
                        .addModifiers(Modifier.STATIC)
                        .addJavadoc("Returns the constant with this number.\n")
                        .addJavadoc("\n@param component the component that holds the number, for error messages\n")
                        .addParameter(TypeName.LONG, "number")
                        .addParameter(String.class, "component")
                        .addCode(constants(model))
                        .addStatement(unknownNumber(model))
                        .build());
    }

    private static CodeBlock constants(EnumModel model) {
        Map<Long, CodeBlock> constants = new LinkedHashMap<>();
        model.constants()
                .forEach(constant ->
                        constants.put(constant.number(), CodeBlock.of("$T.$L", model.javaType(), constant.name())));
        return NumberSwitch.of(constants);
    }

    private static CodeBlock unknownNumber(EnumModel model) {
        return model.unknown()
                .map(name -> CodeBlock.of("return $T.$L", model.javaType(), name))
                .orElseGet(() -> CodeBlock.of(
                        "throw $T.unknownConstant($T.class, number, component)",
                        RuntimeClasses.SCALARS,
                        model.javaType()));
    }

    private static CodeBlock numbers(EnumModel model) {
        CodeBlock.Builder code = CodeBlock.builder()
                .add("return switch ($T.present(constant, component)) {\n", RuntimeClasses.SCALARS)
                .indent();
        model.constants().forEach(constant -> code.add("case $L -> $LL;\n", constant.name(), constant.number()));
        model.unknown()
                .ifPresent(name -> code.add(
                        "case $L -> throw $T.writtenUnknown(component, $S);\n", name, RuntimeClasses.SCALARS, name));
        return code.unindent().add("};\n").build();
    }
}
