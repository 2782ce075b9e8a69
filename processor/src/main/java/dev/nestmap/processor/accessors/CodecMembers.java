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
    static final String SIZE = "SIZE";

    private static final String KEY_SIZE = "KEY_SIZE";

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

    /** A constant with the size of a C type. */
    static FieldSpec size(String name, String what, CType type) {
        return FieldSpec.builder(TypeName.INT, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("Size of $L in bytes.\n", what)
                .initializer("$L", type.size())
                .build();
    }

    /** A method that returns a constant. */
    static MethodSpec returning(String method, String constant) {
        return override(method)
                .returns(TypeName.INT)
                .addStatement("return $L", constant)
                .build();
    }

    /** {@code KEY}: the codec of keys, after the constants that it needs. */
    static List<FieldSpec> key(TypeName type, Conversion key, String component) {
        FieldSpec codec = FieldSpec.builder(type, "KEY", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(key.codec(KEY_SIZE, component))
                .build();
        return key.hasCodecClass() ? List.of(codec) : List.of(size(KEY_SIZE, "a key", key.type()), codec);
    }

    /** The methods of a {@code Codec}, apart from {@code locked}. */
    static List<MethodSpec> codecMethods(ClassName record, List<ComponentModel> components, CodeBlock write) {
        return List.of(
                returning("size", SIZE),
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
