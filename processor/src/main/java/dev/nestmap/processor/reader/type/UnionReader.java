/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.Union;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.UniqueMemberNames;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads the records that a sealed interface permits as the members of a union. */
public record UnionReader(CTypeReader types, ReaderContext context, AnonymousMemberReader anonymous, TypeElement type) {
    private static final String SINGLE_COMPONENT = "a union member with a single component is not a C struct";

    static boolean isUnion(TypeElement type) {
        return MoreElements.isAnnotationPresent(type, Union.class);
    }

    /**
     * Whether a union permits this record.
     *
     * @param problems the problems of the top-level type after its components have been read. A rejected union counts as a union, because
     *     its problem is already reported
     */
    public static boolean isMemberOfAny(TypeElement record, Problems problems) {
        return record.getInterfaces().stream()
                .anyMatch(type -> type.getKind() == TypeKind.ERROR
                        || isUnion(MoreTypes.asTypeElement(type))
                        || problems.has(SourceLocation.of(MoreTypes.asTypeElement(type)), Rule.UNION_INVALID));
    }

    /** Reads the union. */
    Optional<UnionModel> read(StructAttributes shape) {
        String tag = context.names().of(type);
        if (!isValid()) {
            return Optional.empty();
        }
        List<? extends TypeMirror> permitted = type.getPermittedSubclasses();
        List<UnionModel.Member> members = new ArrayList<>();
        UniqueMemberNames names = new UniqueMemberNames(context.problems());
        for (TypeMirror each : permitted) {
            TypeElement record = MoreTypes.asTypeElement(each);
            Optional<UnionModel.Member> member = isMember(record) ? member(record) : Optional.empty();
            member.stream()
                    .flatMap(read -> read.field().names())
                    .forEach(name -> names.take(name, SourceLocation.of(record), "member " + record.getSimpleName()));
            member.ifPresent(members::add);
        }
        if (members.size() < permitted.size()) {
            context.problems().addReportedElsewhere();
            return Optional.empty();
        }
        List<StructType.Member> fields = members.stream()
                .map(member -> new StructType.Member(
                        member.field().name(), member.field().type()))
                .toList();
        UnionType union = UnionType.of(tag, fields, shape);
        return Optional.of(new UnionModel(ClassName.get(type), context.codecOf(type), union, members));
    }

    /** A member: the C type of its only component, or a struct of several. */
    private Optional<UnionModel.Member> member(TypeElement record) {
        ClassName name = ClassName.get(record);
        if (record.getRecordComponents().size() != 1) {
            return types.structOf(record, SourceLocation.of(record))
                    .map(struct -> new UnionModel.Member(name, field(record, struct), Optional.empty(), struct));
        }
        types.checkJavaType(record);
        TypedComponent only = types.components(record).get(0);
        types.checkOutsideStruct(only, SINGLE_COMPONENT);
        types.rejectStruct(record, SINGLE_COMPONENT);
        return Optional.of(new UnionModel.Member(
                name, field(record, only.conversion()), Optional.of(only.name()), only.conversion()));
    }

    private Field field(TypeElement record, Conversion conversion) {
        boolean isAnonymous = anonymous.isAnonymous(record, conversion);
        String name = isAnonymous ? "" : context.names().ofMember(record);
        return new Field(name, types.memberType(type, conversion, isAnonymous), 0);
    }

    private boolean isValid() {
        if (type.getPermittedSubclasses().stream().anyMatch(permitted -> permitted.getKind() == TypeKind.ERROR)) {
            context.problems().addMissingType();
        } else if (!isUnion(type)) {
            context.error(type, Rule.UNION_INVALID, "has no @Union");
        } else if (!type.getModifiers().contains(Modifier.SEALED)) {
            context.error(type, Rule.UNION_INVALID, "is not sealed");
        } else if (!type.getTypeParameters().isEmpty()) {
            context.error(type, Rule.GENERIC_RECORD);
        } else {
            return true;
        }
        return false;
    }

    private boolean isMember(TypeElement record) {
        if (record.getKind() != ElementKind.RECORD) {
            reject(record, "is not a record");
        } else if (!EnclosingTypeFinder.topLevel(record).equals(EnclosingTypeFinder.topLevel(type))) {
            reject(record, "is declared in another top-level type");
        } else {
            return true;
        }
        return false;
    }

    private void reject(TypeElement member, String why) {
        String problem = "permits " + member.getSimpleName() + ", which " + why;
        context.error(SourceLocation.of(member), Rule.UNION_INVALID, type.getSimpleName(), problem);
    }
}
