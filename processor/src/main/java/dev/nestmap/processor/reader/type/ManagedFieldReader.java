/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import dev.nestmap.annotations.kernel.Kptr;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.RbNode;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ListOrTreeRoot;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.PointerType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Reads the fields that the kernel manages, such as locks and timers. Annotations on a record declare them; they are not components. */
public record ManagedFieldReader(
        ReaderContext context, BiFunction<TypeElement, SourceLocation, Optional<StructModel>> structs) {
    /** The name of the containers of repeated annotations. */
    private static final String CONTAINER = "All";

    private static final String PACKAGE = Kptr.class.getPackageName();
    private static final Set<ManagedFieldType> OF_STRUCTS =
            EnumSet.of(ManagedFieldType.LIST_NODE, ManagedFieldType.RB_NODE, ManagedFieldType.REFCOUNT);

    private static final Set<ManagedFieldType> NODES = EnumSet.of(ManagedFieldType.LIST_NODE, ManagedFieldType.RB_NODE);
    private static final Set<ManagedFieldType> ROOTS = EnumSet.of(ManagedFieldType.LIST_HEAD, ManagedFieldType.RB_ROOT);

    /** The fields of values that the kernel does not look for in elements ({@code btf_parse_struct_metas} in kernel/bpf/btf.c, Linux 6.18). */
    private static final Set<ManagedFieldType> NOT_IN_ELEMENTS =
            EnumSet.of(ManagedFieldType.TIMER, ManagedFieldType.WORK_QUEUE, ManagedFieldType.TASK_WORK);

    /** The use of a record in C, which determines the fields that it can have. */
    public enum Role {
        /** The value of a map. */
        VALUE,
        /** A struct that programs allocate or that is nested in another. */
        STRUCT,
        /** The key of an outer map. */
        OUTER,
        /** A map without entries. */
        ARENA,
        /** A global variable. */
        GLOBAL
    }

    /**
     * A field that the kernel manages. It is not a component.
     *
     * @param before the component after the field; empty at the end
     */
    public record Managed(String name, CType type, String before, SourceLocation place) {}

    /**
     * An annotation on a record that declares a field.
     *
     * @param name its simple name: {@code SpinLock}
     */
    private record FieldAnnotation(String name, AnnotationUse use) {
        /** The type of the field, which has the same name; empty for a pointer. */
        Optional<ManagedFieldType> type() {
            return Stream.of(ManagedFieldType.values())
                    .filter(type -> type.name().equals(CNameConverter.upperCase(name)))
                    .findFirst();
        }

        boolean isOneOf(Set<ManagedFieldType> types) {
            return type().filter(types::contains).isPresent();
        }

        Role role() {
            return isOneOf(OF_STRUCTS) ? Role.STRUCT : Role.VALUE;
        }

        String text(String attribute) {
            return use.text(attribute);
        }
    }

    /** The fields that annotations on a record declare, in order. Reports those that its role does not allow. */
    List<Managed> read(TypeElement record, List<TypedComponent> components, Role role) {
        List<Managed> fields = new ArrayList<>();
        List<FieldAnnotation> all = written(record);
        boolean isElement = role == Role.STRUCT && isElement(all);
        for (FieldAnnotation written : all) {
            boolean isOfElement = isElement && !written.isOneOf(NOT_IN_ELEMENTS);
            if (written.role() != role && !isOfElement) {
                doesNotFit(record, written, role);
            } else if (context.problems().isComplete(written.use())) {
                field(record, written, components).ifPresent(fields::add);
            }
        }
        return fields;
    }

    /** Whether a record with these annotations describes the elements of lists or trees. */
    private static boolean isElement(List<FieldAnnotation> annotations) {
        return annotations.stream().anyMatch(written -> written.isOneOf(NODES));
    }

    /** Rejects an element with fields that the kernel looks for only in whole objects, as a part of another struct. */
    void rejectPart(TypeElement record, SourceLocation usedAt) {
        List<FieldAnnotation> all = written(record);
        if (isElement(all)) {
            all.stream()
                    .filter(written -> written.role() == Role.VALUE)
                    .findFirst()
                    .ifPresent(written -> context.error(
                            usedAt,
                            Rule.MANAGED_FIELD_DOES_NOT_FIT,
                            written.name(),
                            record.getSimpleName(),
                            "it is a part of another struct here"));
        }
    }

    /**
     * The annotations in the order of the source. Repeated ones are all at the place of the first one, because javac keeps only that
     * place.
     */
    private static List<FieldAnnotation> written(TypeElement record) {
        List<FieldAnnotation> all = new ArrayList<>();
        for (AnnotationMirror mirror : record.getAnnotationMirrors()) {
            AnnotationUse use = new AnnotationUse(record, mirror);
            TypeElement type = MoreTypes.asTypeElement(mirror.getAnnotationType());
            boolean container = type.getSimpleName().contentEquals(CONTAINER)
                    && EnclosingTypeFinder.of(type).getKind() == ElementKind.ANNOTATION_TYPE;
            TypeElement field = container ? MoreElements.asType(EnclosingTypeFinder.of(type)) : type;
            if (MoreElements.getPackage(field).getQualifiedName().contentEquals(PACKAGE)) {
                String name = field.getSimpleName().toString();
                (container ? use.contained() : Stream.of(use))
                        .forEach(each -> all.add(new FieldAnnotation(name, each)));
            }
        }
        return all;
    }

    private Optional<Managed> field(TypeElement record, FieldAnnotation written, List<TypedComponent> components) {
        String name = written.text("name");
        context.names().checkField(name, written.use().place("name"));
        String before = before(record, written, name, components);
        SourceLocation place = written.use().place();
        return type(record, written, name).map(type -> new Managed(name, type, before, place));
    }

    private String before(TypeElement record, FieldAnnotation written, String name, List<TypedComponent> components) {
        String before = written.text("before");
        List<String> there = components.stream().map(TypedComponent::name).toList();
        if (before.isEmpty() || there.contains(before)) {
            return before;
        }
        String fix =
                there.isEmpty() ? "remove before" : "set before to " + String.join(" or ", there) + ", or remove it";
        context.error(
                written.use().place("before"),
                Rule.BEFORE_UNKNOWN_COMPONENT,
                name,
                record.getSimpleName(),
                before,
                fix);
        return "";
    }

    private Optional<CType> type(TypeElement record, FieldAnnotation written, String name) {
        ManagedFieldType type = written.type().orElse(null);
        if (type == null) {
            return Optional.of(pointer(written));
        }
        return switch (type) {
            case LIST_HEAD -> root(record, written, name, type, ListNode.class);
            case RB_ROOT -> root(record, written, name, type, RbNode.class);
            default -> Optional.of(type);
        };
    }

    private PointerType pointer(FieldAnnotation written) {
        String target = written.text("target");
        context.names().checkIdentifier(target, written.use().place("target"), CNameChooser.Named.STRUCT);
        boolean untrusted = written.use().flag("untrusted");
        return new PointerType("struct " + target, untrusted ? PointerType.Kind.UNTRUSTED : PointerType.Kind.KPTR);
    }

    private Optional<CType> root(
            TypeElement record, FieldAnnotation written, String name, ManagedFieldType root, Class<?> node) {
        SourceLocation place = written.use().place("contains");
        Optional<TypeElement> element = elementOf(written);
        if (element.isPresent() && !areComplete(element.get(), new HashSet<>())) {
            return Optional.empty();
        }
        String wanted = written.text("node");
        Optional<String> nodeName = element.flatMap(type -> nameOf(node.getSimpleName(), wanted, type));
        if (nodeName.isEmpty()) {
            String found = element.map(type -> type.getSimpleName().toString())
                    .orElseGet(() -> written.use().type("contains").toString());
            String annotation = node.getSimpleName() + (wanted.isEmpty() ? "" : "(name = \"" + wanted + "\")");
            String fix = element.isPresent() ? ", or put the annotation on " + found : "";
            context.error(place, Rule.ELEMENT_WITHOUT_NODE, name, record.getSimpleName(), found, annotation, fix);
            return Optional.empty();
        }
        TypeElement contained = element.orElseThrow();
        if (contains(contained, record, new HashSet<>())) {
            context.error(place, Rule.ELEMENT_CONTAINS_ITSELF, name, record.getSimpleName(), contained.getSimpleName());
            return Optional.empty();
        }
        if (isElement(written(record)) && elementsIn(contained).findAny().isPresent()) {
            context.problems()
                    .note(place, Rule.ELEMENT_WITH_ROOT, name, record.getSimpleName(), contained.getSimpleName());
        }
        return structs.apply(contained, place)
                .map(StructModel::type)
                .map(type -> new ListOrTreeRoot(root, type.name(), nodeName.get()));
    }

    /** Whether the annotations of an element, and of the elements in its lists and trees, name only classes and constants that exist. */
    private boolean areComplete(TypeElement element, Set<TypeElement> visited) {
        return !visited.add(element)
                || (written(element).stream().map(FieldAnnotation::use).allMatch(context.problems()::isComplete)
                        && elementsIn(element).allMatch(inner -> areComplete(inner, visited)));
    }

    /** The record that a list or tree contains; empty if it is another type. */
    private static Optional<TypeElement> elementOf(FieldAnnotation root) {
        return Optional.of(root.use().type("contains"))
                .filter(type -> type.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asTypeElement)
                .filter(type -> type.getKind() == ElementKind.RECORD);
    }

    private static Stream<TypeElement> elementsIn(TypeElement record) {
        return written(record).stream()
                .filter(written -> written.isOneOf(ROOTS))
                .flatMap(root -> elementOf(root).stream());
    }

    /**
     * Whether a record is another one, or contains it in its lists and trees, on any level.
     *
     * @param visited the records that were searched before
     */
    private static boolean contains(TypeElement record, TypeElement other, Set<TypeElement> visited) {
        return record.equals(other)
                || (visited.add(record) && elementsIn(record).anyMatch(element -> contains(element, other, visited)));
    }

    /** The name of the node with this name, or of the first node. */
    private static Optional<String> nameOf(String annotation, String wanted, TypeElement record) {
        return written(record).stream()
                .filter(written -> written.name().equals(annotation))
                .map(written -> written.text("name"))
                .filter(name -> wanted.isEmpty() || name.equals(wanted))
                .findFirst();
    }

    private void doesNotFit(TypeElement record, FieldAnnotation written, Role role) {
        SourceLocation place = written.use().place();
        String annotation = written.name();
        if (written.role() == Role.STRUCT) {
            context.error(place, Rule.NODE_DOES_NOT_FIT, annotation, record.getSimpleName());
        } else if (role == Role.GLOBAL) {
            context.error(place, Rule.MANAGED_FIELD_IN_SECTION, annotation, record.getSimpleName());
        } else {
            String why = switch (role) {
                case OUTER -> "the value of an outer map is an inner map";
                case ARENA -> "an arena has no values";
                default ->
                    isElement(written(record))
                            ? "programs allocate its objects"
                            : "it is neither the value of a map nor an element of lists or trees";
            };
            context.error(place, Rule.MANAGED_FIELD_DOES_NOT_FIT, annotation, record.getSimpleName(), why);
        }
    }
}
