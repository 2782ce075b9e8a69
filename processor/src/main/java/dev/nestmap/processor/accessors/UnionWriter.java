/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Discriminator;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.model.UntaggedConversion;
import java.nio.ByteBuffer;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the codecs of unions, and what tells which member one is. */
final class UnionWriter {
    private static final TypeName ANY_CLASS =
            ParameterizedTypeName.get(ClassName.get(Class.class), WildcardTypeName.subtypeOf(Object.class));

    private final UnionModel union;
    private final Modifier[] exposure;

    private UnionWriter(UnionModel union, Modifier... exposure) {
        this.union = union;
        this.exposure = exposure;
    }

    /** The codec of a union. */
    static TypeSpec.Builder write(UnionModel union, Modifier... exposure) {
        return new UnionWriter(union, exposure).codec();
    }

    private TypeSpec.Builder codec() {
        TypeName untagged = UntaggedConversion.untagged(union);
        return TypeSpec.classBuilder(union.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Writes and reads {@code $L} as members of {@link $T}.\n",
                        union.type().spelling(),
                        union.union())
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, untagged))
                .addField(CodecWriter.instance(union.codec(), exposure))
                .addMethod(CodecWriter.constructor())
                .addMethod(factory("of", "The bytes of a member, and zeros after it.\n", "member")
                        .returns(untagged)
                        .addParameter(union.union(), "member")
                        .build())
                .addMethod(factory("arrayOf", "An array of unions, each with the bytes of a member.\n", "members")
                        .returns(ArrayTypeName.of(untagged))
                        .addParameter(ArrayTypeName.of(union.union()), "members")
                        .varargs()
                        .build())
                .addMethod(CodecWriter.size("size", union.type()))
                .addMethod(CodecWriter.method("write")
                        .addParameter(untagged, "value")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addStatement(
                                "$T.put(to, at, value, $S)",
                                RuntimeClasses.WIRE_UNIONS,
                                union.union().simpleName())
                        .build())
                .addMethod(CodecWriter.method("read")
                        .returns(untagged)
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addStatement(
                                "return $T.get(from, at, $T.class, $L, $T::readMember)",
                                RuntimeClasses.WIRE_UNIONS,
                                union.union(),
                                union.type().size(),
                                union.codec())
                        .build())
                .addMethod(writeMember())
                .addMethod(readMember());
    }

    private MethodSpec.Builder factory(String name, String doc, String parameter) {
        return MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc(doc)
                .addStatement(
                        "return $T.$L($T.class, $L, $L,$W$T::writeMember,$W$T::readMember)",
                        RuntimeClasses.WIRE_UNIONS,
                        name,
                        union.union(),
                        parameter,
                        union.type().size(),
                        union.codec(),
                        union.codec());
    }

    private MethodSpec writeMember() {
        CodeBlock.Builder code = CodeBlock.builder();
        for (UnionModel.Member member : union.members()) {
            CodeBlock value = member.component()
                    .map(component -> CodeBlock.of("actual.$L()", component))
                    .orElse(CodeBlock.of("actual"));
            code.beginControlFlow("if (member instanceof $T actual)", member.record());
            code.addStatement(member.conversion().write(RuntimeClasses.place("to", 0), value, nameOf(member)));
            CodecWriter.clear(code, member.field().end(), union.type().size());
            code.endControlFlow();
        }
        return MethodSpec.methodBuilder("writeMember")
                .addModifiers(exposure)
                .addModifiers(Modifier.STATIC)
                .addJavadoc("Writes a member, and zeros after it.\n")
                .addParameter(union.union(), "member")
                .addParameter(ByteBuffer.class, "to")
                .addParameter(TypeName.INT, "at")
                .addCode(code.build())
                .build();
    }

    private MethodSpec readMember() {
        CodeBlock.Builder code = CodeBlock.builder();
        for (UnionModel.Member member : union.members()) {
            CodeBlock read = member.conversion().read(RuntimeClasses.place("from", 0));
            code.beginControlFlow("if (member == $T.class)", member.record());
            code.addStatement(
                    "return $L",
                    member.component().isPresent() ? CodeBlock.of("new $T($L)", member.record(), read) : read);
            code.endControlFlow();
        }
        return MethodSpec.methodBuilder("readMember")
                .addModifiers(exposure)
                .addModifiers(Modifier.STATIC)
                .addJavadoc("Reads the bytes as this member.\n")
                .returns(union.union())
                .addParameter(ANY_CLASS, "member")
                .addParameter(ByteBuffer.class, "from")
                .addParameter(TypeName.INT, "at")
                .addCode(code.build())
                .addStatement("throw $T.noMember($T.class, member)", RuntimeClasses.WIRE_UNIONS, union.union())
                .build();
    }

    private static String nameOf(UnionModel.Member member) {
        String record = member.record().simpleName();
        return member.component().map(component -> record + "." + component).orElse(record);
    }

    /** For each union among the components the method that says which member a number stands for. */
    static List<MethodSpec> discriminators(List<ComponentModel> components) {
        return components.stream()
                .flatMap(component -> component.discriminator().stream().map(said -> members(component.name(), said)))
                .toList();
    }

    private static MethodSpec members(String component, Discriminator said) {
        CodeBlock.Builder code = CodeBlock.builder();
        List<UnionModel.Member> members = said.union().members();
        for (int i = 0; i < members.size(); i++) {
            for (long number : said.cases().get(i)) {
                code.beginControlFlow("if (number == $LL)", number);
                code.addStatement("return $T.class", members.get(i).record());
                code.endControlFlow();
            }
        }
        return MethodSpec.methodBuilder(Discriminator.method(component))
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
                .addJavadoc(
                        "The member of {@link $T} that a number of {@code $L} stands for.\n",
                        said.union().union(),
                        said.component())
                .returns(JavaTypes.nullable(ANY_CLASS))
                .addParameter(TypeName.LONG, "number")
                .addCode(code.build())
                .addStatement("return null")
                .build();
    }
}
