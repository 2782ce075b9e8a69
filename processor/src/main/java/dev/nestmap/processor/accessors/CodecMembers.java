/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.type.CType;
import java.nio.ByteBuffer;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Creates the members that several kinds of codecs have. */
final class CodecMembers {
    private CodecMembers() {}

    /** {@code INSTANCE}: the only instance of a codec. */
    static FieldSpec instance(ClassName codec, Modifier... visibility) {
        return FieldSpec.builder(codec, "INSTANCE", visibility)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The only instance, for generated classes.\n")
                .initializer("new $T()", codec)
                .build();
    }

    static MethodSpec privateConstructor() {
        return MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build();
    }

    /** {@code KEY}: the codec of keys. */
    static FieldSpec key(TypeName type, Conversion key, String component) {
        return FieldSpec.builder(type, "KEY", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(key.codec("/* bytes */ " + key.type().size(), component))
                .build();
    }

    /** {@code size()} of a {@code Codec}. */
    static MethodSpec size(CType type) {
        return override("size")
                .returns(TypeName.INT)
                .addStatement("return $L", type.size())
                .build();
    }

    /** The methods of a {@code Codec}, apart from {@code locked}. */
    static List<MethodSpec> codecMethods(
            ClassName record, CType type, List<ComponentModel> components, CodeBlock write) {
        return List.of(
                size(type),
                override("write")
                        .addParameter(record, "value")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addCode(write)
                        .build(),
                override("read")
                        .returns(record)
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addCode(ComponentStatements.construct(record, components, ""))
                        .build());
    }

    /** A method by which an accessor returns a constant, so that the JIT knows the class of the codec. */
    static MethodSpec constant(String method, TypeName type, CodeBlock constant) {
        return MethodSpec.methodBuilder(method)
                .addAnnotation(Override.class)
                .addModifiers(Modifier.PROTECTED, Modifier.FINAL)
                .returns(type)
                .addStatement("return $L", constant)
                .build();
    }

    /** A public method that implements one of an interface. */
    static MethodSpec.Builder override(String name) {
        return MethodSpec.methodBuilder(name).addAnnotation(Override.class).addModifiers(Modifier.PUBLIC);
    }

    /** Writes zeros from one offset to another, with a comment that says why. */
    static void zero(CodeBlock.Builder code, long from, long to, String why) {
        if (to > from) {
            code.add("$T.zero($L, $L); // $L\n", RuntimeClasses.WIRE, RuntimeClasses.place("to", from), to - from, why);
        }
    }
}
