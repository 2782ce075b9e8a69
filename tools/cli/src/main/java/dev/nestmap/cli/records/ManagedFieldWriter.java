/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.kernel.Kptr;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.RbNode;
import dev.nestmap.annotations.kernel.RbRoot;
import dev.nestmap.annotations.kernel.Refcount;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.TaskWork;
import dev.nestmap.annotations.kernel.Timer;
import dev.nestmap.annotations.kernel.WorkQueue;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ListOrTreeRoot;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.StructType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes kernel-managed fields as annotations of the record of a map, or of the elements of a list or tree. */
record ManagedFieldWriter(JavaTypeWriter types, boolean inElement) {
    private static final Map<ManagedFieldType, Class<?>> OF_VALUES = Map.of(
            ManagedFieldType.SPIN_LOCK, SpinLock.class,
            ManagedFieldType.TIMER, Timer.class,
            ManagedFieldType.WORK_QUEUE, WorkQueue.class,
            ManagedFieldType.TASK_WORK, TaskWork.class);
    private static final Map<ManagedFieldType, Class<?>> OF_ELEMENTS = Map.of(
            ManagedFieldType.SPIN_LOCK, SpinLock.class,
            ManagedFieldType.LIST_NODE, ListNode.class,
            ManagedFieldType.RB_NODE, RbNode.class,
            ManagedFieldType.REFCOUNT, Refcount.class);

    /** The type of the field that the record declares; empty if no annotation can stand for the field. */
    Optional<CType> type(Field field) {
        if (!field.type().isManaged() || !types.namesInC().isPossible(field.name())) {
            return Optional.empty();
        }
        if (field.type() instanceof ListOrTreeRoot root) {
            return types.element(root, inElement)
                    .map(element ->
                            new ListOrTreeRoot(root.root(), ((StructType) element.ctype()).name(), root.node()));
        }
        return Optional.of(field.type()).filter(type -> annotation(type).isPresent());
    }

    /** The annotation that stands for a field of this type. */
    Optional<Class<?>> annotation(CType type) {
        if (type instanceof ListOrTreeRoot root) {
            return Optional.of(root.root() == ManagedFieldType.LIST_HEAD ? ListHead.class : RbRoot.class);
        }
        if (type instanceof ManagedFieldType kernel) {
            return Optional.ofNullable((inElement ? OF_ELEMENTS : OF_VALUES).get(kernel));
        }
        return type instanceof PointerType pointer && pointer.struct().isPresent()
                ? Optional.of(Kptr.class)
                : Optional.empty();
    }

    /**
     * The annotation for a field.
     *
     * @param before the component after the field; empty at the end
     */
    AnnotationSpec annotation(Field field, String before) {
        AnnotationSpec.Builder annotation =
                AnnotationSpec.builder(annotation(field.type()).orElseThrow());
        annotation.addMember("name", "$S", field.name());
        if (field.type() instanceof ListOrTreeRoot root) {
            RecordComponentForm element = types.element(root, inElement).orElseThrow();
            annotation.addMember("contains", "$T.class", element.java());
            if (!firstNode(element.ctype(), root).equals(root.node())) {
                annotation.addMember("node", "$S", root.node());
            }
        }
        if (field.type() instanceof PointerType pointer) {
            annotation.addMember("target", "$S", pointer.struct().orElseThrow());
            if (pointer.kind() == PointerType.Kind.UNTRUSTED) {
                annotation.addMember("untrusted", "true");
            }
        }
        if (!before.isEmpty()) {
            annotation.addMember("before", "$S", before);
        }
        return annotation.build();
    }

    private static ManagedFieldType nodeType(ListOrTreeRoot root) {
        return root.root() == ManagedFieldType.LIST_HEAD ? ManagedFieldType.LIST_NODE : ManagedFieldType.RB_NODE;
    }

    private static String firstNode(CType element, ListOrTreeRoot root) {
        return element.fields().stream()
                .filter(field -> field.type() == nodeType(root))
                .map(Field::name)
                .findFirst()
                .orElseThrow();
    }

    static boolean hasRoot(CType struct) {
        return struct.fields().stream().anyMatch(field -> field.type() instanceof ListOrTreeRoot);
    }

    /** The struct of the elements of a list or tree; empty if the schema has none that the kernel accepts. */
    static Optional<StructType> element(ListOrTreeRoot root, Schema schema) {
        return schema.type(root.contains())
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .filter(struct -> struct.fields().stream()
                        .anyMatch(field -> field.name().equals(root.node()) && field.type() == nodeType(root)));
    }

    /** The structs of the elements of all lists and trees in a value, and in these elements. An import has no third level, which Linux 6.18 refuses. */
    static Set<StructType> elements(@Nullable CType value, Schema schema) {
        List<StructType> elements = ofRoots(value, schema).toList();
        return Stream.concat(elements.stream(), elements.stream().flatMap(element -> ofRoots(element, schema)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Stream<StructType> ofRoots(@Nullable CType struct, Schema schema) {
        return ManagedField.of(struct).stream()
                .map(ManagedField::type)
                .filter(ListOrTreeRoot.class::isInstance)
                .flatMap(root -> element((ListOrTreeRoot) root, schema).stream());
    }
}
