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
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.UnionConversion;
import dev.nestmap.processor.model.UnionModel;
import javax.lang.model.element.Modifier;

/** Writes the codecs of unions. */
final class UnionCodecWriter {
    private static final TypeName ANY_CLASS =
            ParameterizedTypeName.get(ClassName.get(Class.class), WildcardTypeName.subtypeOf(Object.class));

    private final UnionModel union;
    private final Modifier[] visibility;

    UnionCodecWriter(UnionModel union, Modifier... visibility) {
        this.union = union;
        this.visibility = visibility;
    }

    /** The codec of a union. */
    TypeSpec.Builder write() {
        TypeName untagged = new UnionConversion(union).javaType();
        return TypeSpec.classBuilder(union.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Converts members of {@link $T} to and from the bytes of {@code $L}.\n",
                        union.javaType(),
                        union.type().spelling())
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, untagged))
                .addField(CommonMemberFactory.instance(union.codec(), visibility))
                .addMethod(CommonMemberFactory.privateConstructor())
                .addMethod(factory(
                                "of",
                                "untagged",
                                untagged,
                                "Returns a union with the bytes of a member, followed by zeros.\n",
                                "member")
                        .addParameter(union.javaType(), "member")
                        .build())
                .addMethod(factory(
                                "arrayOf",
                                "untaggedArray",
                                ArrayTypeName.of(untagged),
                                "Returns an array of unions, each with the bytes of a member, followed by zeros.\n",
                                "members")
                        .addParameter(ArrayTypeName.of(union.javaType()), "members")
                        .varargs()
                        .build())
                .addMethod(CommonMemberFactory.size(union.type()))
                .addMethod(writeMethod(untagged))
                .addMethod(readMethod(untagged))
                .addMethod(writeMember())
                .addMethod(readMember());
    }

    private MethodSpec.Builder factory(String name, String called, TypeName result, String doc, String parameter) {
        return CommonMemberFactory.method(name, result, Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc(doc)
                .addStatement(
                        "return $T.$L($T.class, $L, $L,$W$T::writeMember,$W$T::readMember)",
                        RuntimeClasses.VALUE_BYTES,
                        called,
                        union.javaType(),
                        parameter,
                        union.type().size(),
                        union.codec(),
                        union.codec());
    }

    private MethodSpec writeMethod(TypeName untagged) {
        return CommonMemberFactory.writing(CommonMemberFactory.override("write", TypeName.VOID), untagged, "value")
                .addStatement(
                        "$T.putUntagged(to, at, value, $S)",
                        RuntimeClasses.VALUE_BYTES,
                        union.javaType().simpleName())
                .build();
    }

    private MethodSpec readMethod(TypeName untagged) {
        return CommonMemberFactory.reading(CommonMemberFactory.override("read", untagged))
                .addStatement(
                        "return $T.getUntagged(from, at, $T.class, $L, $T::readMember)",
                        RuntimeClasses.VALUE_BYTES,
                        union.javaType(),
                        union.type().size(),
                        union.codec())
                .build();
    }

    private MethodSpec writeMember() {
        CodeBlock.Builder code = CodeBlock.builder();
        for (UnionModel.Member member : union.members()) {
            code.beginControlFlow("if (member instanceof $T actual)", member.record());
            code.addStatement(member.conversion().write(RuntimeClasses.place("to", 0), value(member), nameOf(member)));
            CodecWriter.zero(code, member.field().end(), union.type().size(), "rest of the union");
            code.endControlFlow();
        }
        return CommonMemberFactory.writing(ofMember("writeMember", TypeName.VOID), union.javaType(), "member")
                .addJavadoc("Writes a member, followed by zeros.\n")
                .addCode(code.build())
                .build();
    }

    private MethodSpec readMember() {
        CodeBlock.Builder code = CodeBlock.builder();
        for (UnionModel.Member member : union.members()) {
            code.beginControlFlow("if (member == $T.class)", member.record());
            code.addStatement("return $L", read(member));
            code.endControlFlow();
        }
        return CommonMemberFactory.reading(
                        ofMember("readMember", union.javaType()).addParameter(ANY_CLASS, "member"))
                .addJavadoc("Reads the bytes as a member of the union.\n\n@param member the record of the member\n")
                .addCode(code.build())
                .addStatement("throw $T.noMember($T.class, member)", RuntimeClasses.VALUE_BYTES, union.javaType())
                .build();
    }

    private MethodSpec.Builder ofMember(String name, TypeName result) {
        return CommonMemberFactory.method(name, result, visibility).addModifiers(Modifier.STATIC);
    }

    private static CodeBlock value(UnionModel.Member member) {
        return member.component()
                .map(component -> CodeBlock.of("actual.$L()", component))
                .orElse(CodeBlock.of("actual"));
    }

    private static CodeBlock read(UnionModel.Member member) {
        CodeBlock read = member.conversion().read(RuntimeClasses.place("from", 0), nameOf(member));
        return member.component().isPresent() ? CodeBlock.of("new $T($L)", member.record(), read) : read;
    }

    private static String nameOf(UnionModel.Member member) {
        String record = member.record().simpleName();
        return member.component().map(component -> record + "." + component).orElse(record);
    }
}
