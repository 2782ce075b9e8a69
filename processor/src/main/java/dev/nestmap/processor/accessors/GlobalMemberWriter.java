/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.RuntimeClasses;
import javax.lang.model.element.Modifier;

/** Writes the members of an object's class for a global variable. */
record GlobalMemberWriter(GlobalModel global) {
    /** Adds the constant with the codec, if the variable is not a struct. */
    void addCodec(TypeSpec.Builder type) {
        if (global.codec().isEmpty()) {
            type.addField(codec());
        }
    }

    /** Adds the method that returns the value of constants, or the accessor of a variable. */
    void addTo(TypeSpec.Builder type, MethodSpec.Builder constructor) {
        global.accessor()
                .ifPresentOrElse(
                        accessor -> addVariable(type, constructor, accessor), () -> type.addMethod(constants()));
    }

    private MethodSpec constants() {
        return CommonMemberFactory.method(global.member(), global.record(), Modifier.PUBLIC)
                .addJavadoc(
                        "Returns the constants {@code $L}, which programs read and nobody can change.\n",
                        global.global().name())
                .addStatement("return constants($S, $L)", global.global().name(), global.codecExpression())
                .build();
    }

    private void addVariable(TypeSpec.Builder type, MethodSpec.Builder constructor, ClassName accessor) {
        String member = global.member();
        CodeBlock javadoc = CodeBlock.of(
                "Returns the variable {@code $L}.\n", global.global().name());
        String field = ObjectClassWriter.addMember(type, accessor, member, javadoc);
        constructor.addStatement("this.$L = new $T(object)", field, accessor);
        type.addType(accessor(accessor));
    }

    private TypeSpec accessor(ClassName accessor) {
        return TypeSpec.classBuilder(accessor)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "The variable {@code $L}, which {@link $T} declares.\n",
                        global.global().name(),
                        global.record())
                .superclass(RuntimeClasses.api("Variable", global.record()))
                .addMethod(MethodSpec.constructorBuilder()
                        .addParameter(RuntimeClasses.OBJECT_BINDING, "object")
                        .addStatement("super(object, $S, $L)", global.global().name(), global.codecExpression())
                        .build())
                .build();
    }

    /** The codec of a variable that is not a struct. */
    private FieldSpec codec() {
        ComponentModel only = global.components().get(0);
        String owner = global.record().simpleName();
        return FieldSpec.builder(
                        ParameterizedTypeName.get(RuntimeClasses.CODEC, global.record()),
                        global.codecConstant(),
                        Modifier.PRIVATE,
                        Modifier.STATIC,
                        Modifier.FINAL)
                .addJavadoc(
                        "Converts {@link $T} to and from the bytes of {@code $L}.\n",
                        global.record(),
                        global.global().name())
                .initializer(
                        "$T.of($L,$W(value, to, at) -> $L,$W(from, at) -> new $T($L))",
                        RuntimeClasses.CODEC,
                        global.global().type().size(),
                        only.write("value", owner),
                        global.record(),
                        CodeBlock.of("$L", only.read(owner)))
                .build();
    }
}
