/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Union;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
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
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads the records that a sealed interface permits as the members of a union. */
public record UnionReader(CTypeReader types, ReaderContext context, AnonymousMemberReader anonymous, TypeElement type) {
    private static final String SINGLE_COMPONENT = "a union member with a single component is not a C struct";
    private static final String NO_COMPONENT = "a union member without components is not in the C union";

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
        List<UnionModel.Member> members = new ArrayList<>();
        UniqueMemberNames names = new UniqueMemberNames(context.problems());
        boolean complete = true;
        for (TypeMirror permitted : type.getPermittedSubclasses()) {
            TypeElement record = MoreTypes.asTypeElement(permitted);
            Optional<UnionModel.Content> content = Optional.empty();
            if (!isMember(record)) {
                complete = false;
            } else if (hasContent(record)) {
                content = content(record);
                complete &= content.isPresent();
            } else {
                checkEmpty(record);
            }
            content.stream()
                    .flatMap(found -> found.field().names())
                    .forEach(name -> names.take(name, SourceLocation.of(record), "member " + record.getSimpleName()));
            members.add(member(record, content));
        }
        if (!complete) {
            context.problems().addReportedElsewhere();
            return Optional.empty();
        }
        List<StructType.Member> fields = members.stream()
                .flatMap(member -> member.content().stream())
                .map(content -> new StructType.Member(
                        content.field().name(), content.field().type()))
                .toList();
        if (fields.isEmpty() && !members.isEmpty()) {
            context.error(type, Rule.UNION_WITHOUT_BYTES);
            return Optional.empty();
        }
        UnionType union = UnionType.of(tag, fields, shape);
        return Optional.of(new UnionModel(ClassName.get(type), context.codecOf(type), union, members, discriminator()));
    }

    private Optional<String> discriminator() {
        return AnnotationUse.on(type, Union.class)
                .map(union -> union.text("discriminator"))
                .filter(name -> !name.isEmpty());
    }

    private static boolean hasContent(TypeElement record) {
        return !record.getRecordComponents().isEmpty();
    }

    /** Checks a member without components, which stands for the absence of the other members and needs no C type. */
    private void checkEmpty(TypeElement record) {
        types.checkJavaType(record);
        types.rejectStruct(record, NO_COMPONENT);
        if (MoreElements.isAnnotationPresent(record, Anonymous.class)) {
            context.error(record, Rule.ANONYMOUS_NOT_A_STRUCT);
        }
    }

    /** The content of a member: the C type of its only component, or a struct of several. */
    private Optional<UnionModel.Content> content(TypeElement record) {
        if (record.getRecordComponents().size() > 1) {
            return types.structOf(record, SourceLocation.of(record))
                    .map(struct -> new UnionModel.Content(field(record, struct), Optional.empty(), struct));
        }
        types.checkJavaType(record);
        TypedComponent only = types.components(record).get(0);
        types.checkOutsideStruct(only, SINGLE_COMPONENT);
        types.rejectStruct(record, SINGLE_COMPONENT);
        return Optional.of(
                new UnionModel.Content(field(record, only.conversion()), Optional.of(only.name()), only.conversion()));
    }

    private Field field(TypeElement record, Conversion conversion) {
        boolean isAnonymous = anonymous.isAnonymous(record, conversion);
        String name = isAnonymous ? "" : context.names().ofMember(record);
        return new Field(name, types.memberType(type, conversion, isAnonymous), 0);
    }

    private boolean isValid() {
        boolean waits = !isComplete(AnnotationUse.on(type, Union.class))
                || type.getPermittedSubclasses().stream()
                        .anyMatch(permitted -> permitted.getKind() == TypeKind.ERROR
                                || !isComplete(caseOf(MoreTypes.asTypeElement(permitted))));
        if (waits) {
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

    private static boolean isComplete(Optional<AnnotationUse> annotation) {
        return annotation.stream().allMatch(AnnotationUse::isComplete);
    }

    private boolean isMember(TypeElement record) {
        if (record.getKind() != ElementKind.RECORD) {
            reject(record, "not a record");
        } else if (!EnclosingTypeFinder.topLevel(record).equals(EnclosingTypeFinder.topLevel(type))) {
            reject(record, "declared in another top-level type");
        } else if (!hasContent(record) && discriminator().isEmpty()) {
            context.error(record, Rule.UNION_MEMBER_UNSELECTED, type.getSimpleName());
        } else {
            return true;
        }
        return false;
    }

    private void reject(TypeElement member, String what) {
        context.error(member, Rule.UNION_MEMBER_DOES_NOT_FIT, type.getSimpleName(), what);
    }

    private static Optional<AnnotationUse> caseOf(TypeElement record) {
        return AnnotationUse.on(record, Union.Case.class);
    }

    private static UnionModel.Member member(TypeElement record, Optional<UnionModel.Content> content) {
        return new UnionModel.Member(
                ClassName.get(record),
                content,
                values(record, "value").map(Long.class::cast).toList(),
                values(record, "constants").map(String.class::cast).toList());
    }

    private static Stream<Object> values(TypeElement record, String attribute) {
        return caseOf(record).stream().flatMap(written -> written.values(attribute).stream());
    }
}
