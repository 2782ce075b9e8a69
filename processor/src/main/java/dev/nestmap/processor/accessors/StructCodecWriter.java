/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.StructModel;
import javax.lang.model.element.Modifier;

/** Writes the codec of a record that is a struct in C. */
final class StructCodecWriter {
    private StructCodecWriter() {}

    static TypeSpec.Builder write(StructModel struct, Modifier... visibility) {
        ClassName record = struct.record();
        CodeBlock components = ComponentStatements.write(record, "value", struct.components());
        return TypeSpec.classBuilder(struct.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Converts {@link $T} to and from the bytes of {@code $L}. Numbers after {@code at} are offsets in it.\n",
                        record,
                        struct.type().spelling())
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, record))
                .addField(CodecMembers.instance(struct.codec(), visibility))
                .addMethod(CodecMembers.privateConstructor())
                .addMethods(CodecMembers.codecMethods(
                        record,
                        struct.type(),
                        struct.components(),
                        ComponentStatements.writeStruct(struct.type(), components)))
                .addMethods(UnionWriter.discriminators(struct.components()));
    }
}
