/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Union;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.StructConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads the records that a sealed interface permits as the members of a union. */
public record UnionMembers(CTypeReader types, CNameAllocator names, AnonymousMembers anonymous, Problems problems) {
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

    /** Reads a union. */
    Optional<UnionModel> read(TypeElement type, String tag, ClassName codec, StructAttributes shape) {
        if (!isValid(type)) {
            return Optional.empty();
        }
        List<UnionModel.Member> members = new ArrayList<>();
        Map<String, TypeElement> seen = new HashMap<>();
        boolean complete = true;
        for (TypeMirror permitted : type.getPermittedSubclasses()) {
            TypeElement record = MoreTypes.asTypeElement(permitted);
            Optional<UnionModel.Content> content = Optional.empty();
            if (!isMember(record, type)) {
                complete = false;
            } else if (hasContent(record)) {
                content = content(type, record);
                complete &= content.isPresent();
            } else {
                checkEmpty(record);
            }
            content.ifPresent(found -> checkNames(record, found.field(), seen));
            members.add(member(record, content));
        }
        if (!complete) {
            problems.addReportedElsewhere();
            return Optional.empty();
        }
        List<StructType.Member> fields = fields(members);
        if (fields.isEmpty() && !members.isEmpty()) {
            String why = "none of its members has a component, so it has no bytes";
            reject(type, type, why, "use an enum, or add a component to a member");
            return Optional.empty();
        }
        UnionType union = UnionType.of(tag, fields, shape);
        return Optional.of(new UnionModel(ClassName.get(type), codec, union, members, discriminator(type)));
    }

    private static Optional<String> discriminator(TypeElement union) {
        return MoreElements.getAnnotationMirror(union, Union.class).asSet().stream()
                .map(mirror -> AnnotationValues.text(mirror, "discriminator"))
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    private static boolean hasContent(TypeElement record) {
        return !record.getRecordComponents().isEmpty();
    }

    /** Checks a member without components. It needs no C type: it is the absence of the others. */
    private void checkEmpty(TypeElement record) {
        types.checkJavaType(record);
        types.rejectStructAnnotations(record, NO_COMPONENT, "remove it, or put it on the union");
        types.rejectExternal(record, NO_COMPONENT, "remove it, or put it on the union");
        if (MoreElements.isAnnotationPresent(record, Anonymous.class)) {
            problems.error(SourceLocation.of(record), Rule.ANONYMOUS_NOT_A_STRUCT, record.getSimpleName());
        }
    }

    private static List<StructType.Member> fields(List<UnionModel.Member> members) {
        return members.stream()
                .flatMap(member -> member.content().stream())
                .map(content -> new StructType.Member(
                        content.field().name(), content.field().type()))
                .toList();
    }

    private Optional<UnionModel.Content> content(TypeElement union, TypeElement record) {
        List<? extends RecordComponentElement> components = record.getRecordComponents();
        Optional<String> only = components.size() == 1
                ? Optional.of(components.get(0).getSimpleName().toString())
                : Optional.empty();
        return conversion(record)
                .map(conversion -> new UnionModel.Content(field(union, record, conversion), only, conversion));
    }

    private Field field(TypeElement union, TypeElement record, Conversion conversion) {
        return anonymous.isAnonymous(record, conversion)
                ? new Field("", types.typeIn(union, anonymous.untagged(conversion.type())), 0)
                : new Field(names.ofMember(record), types.typeIn(union, conversion.type()), 0);
    }

    private void checkNames(TypeElement record, Field field, Map<String, TypeElement> seen) {
        field.names().forEach(name -> {
            TypeElement former = seen.putIfAbsent(name, record);
            if (former != null) {
                problems.error(
                        SourceLocation.of(record),
                        Rule.C_NAME_CLASH,
                        "member " + record.getSimpleName(),
                        name,
                        "member " + former.getSimpleName(),
                        "rename one of them");
            }
        });
    }

    private boolean isValid(TypeElement type) {
        boolean waits = !isComplete(type, Union.class)
                || type.getPermittedSubclasses().stream()
                        .anyMatch(permitted -> permitted.getKind() == TypeKind.ERROR
                                || !isComplete(MoreTypes.asTypeElement(permitted), Union.Case.class));
        if (waits) {
            problems.addMissingType();
        } else if (!isUnion(type)) {
            reject(type, type, "it has no @Union", "annotate it with @Union");
        } else if (!type.getModifiers().contains(Modifier.SEALED)) {
            reject(
                    type,
                    type,
                    "a union is a sealed interface, whose permitted records are the members",
                    "make it sealed");
        } else if (!type.getTypeParameters().isEmpty()) {
            problems.error(SourceLocation.of(type), Rule.GENERIC_RECORD, type.getSimpleName());
        } else {
            return true;
        }
        return false;
    }

    private static boolean isComplete(TypeElement type, Class<? extends Annotation> annotation) {
        return MoreElements.getAnnotationMirror(type, annotation).asSet().stream()
                .allMatch(AnnotationValues::isComplete);
    }

    private boolean isMember(TypeElement record, TypeElement union) {
        if (record.getKind() != ElementKind.RECORD) {
            reject(record, union, "its member " + record.getSimpleName() + " is not a record", "permit records only");
        } else if (!EnclosingTypes.topLevel(record).equals(EnclosingTypes.topLevel(union))) {
            String why = "its member " + record.getSimpleName() + " is declared in another top-level type";
            reject(record, union, why, "nest the record in " + union.getSimpleName());
        } else if (!hasContent(record) && discriminator(union).isEmpty()) {
            String why = "its member " + record.getSimpleName() + " has no components, and no discriminator selects it";
            reject(record, union, why, "add a component, or name a discriminator in @Union(discriminator = ...)");
        } else {
            return true;
        }
        return false;
    }

    private void reject(TypeElement at, TypeElement union, String why, String fix) {
        problems.error(SourceLocation.of(at), Rule.UNION_INVALID, union.getSimpleName(), why, fix);
    }

    /** A member with one component has that component's C type. Several components are a struct. */
    private Optional<Conversion> conversion(TypeElement record) {
        List<? extends RecordComponentElement> components = record.getRecordComponents();
        if (components.size() != 1) {
            return types.structOf(record, SourceLocation.of(record)).map(StructConversion::new);
        }
        types.checkRecord(record);
        Conversion only = types.components(components).get(0);
        types.checkOutsideStruct(components.get(0), only, SINGLE_COMPONENT);
        types.rejectStructAnnotations(record, SINGLE_COMPONENT, "remove it, or put it on the union");
        types.rejectExternal(record, SINGLE_COMPONENT, "remove it, or put it on the union");
        return Optional.of(only);
    }

    private static UnionModel.Member member(TypeElement record, Optional<UnionModel.Content> content) {
        Optional<AnnotationMirror> cases = MoreElements.getAnnotationMirror(record, Union.Case.class)
                .transform(Optional::of)
                .or(Optional.empty());
        return new UnionModel.Member(
                ClassName.get(record),
                content,
                values(cases, "value").map(Long.class::cast).toList(),
                values(cases, "constants").map(String.class::cast).toList());
    }

    private static Stream<Object> values(Optional<AnnotationMirror> cases, String attribute) {
        return cases.stream()
                .flatMap(mirror -> ((List<?>) AnnotationValues.value(mirror, attribute)).stream())
                .map(value -> ((AnnotationValue) value).getValue());
    }
}
