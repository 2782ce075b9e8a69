/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.kernel.Kptr;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.TaskWork;
import dev.nestmap.annotations.kernel.Timer;
import dev.nestmap.annotations.kernel.WorkQueue;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.schema.CName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.PointerType;
import java.util.Map;

/** Writes kernel-managed fields as annotations of a map's record. */
final class ManagedFields {
    private static final String STRUCT = "struct ";
    private static final Map<KernelType, Class<?>> ANNOTATIONS = Map.of(
            KernelType.SPIN_LOCK, SpinLock.class,
            KernelType.TIMER, Timer.class,
            KernelType.WORK_QUEUE, WorkQueue.class,
            KernelType.TASK_WORK, TaskWork.class);

    private ManagedFields() {}

    /** Whether an annotation can stand for this field. Lists and trees would need the records of their elements. */
    static boolean isSupported(Field field) {
        boolean isNameInC = CName.isIdentifier(field.name()) && !ReservedNames.isKeyword(field.name());
        return isNameInC && isSupported(field.type());
    }

    private static boolean isSupported(CType type) {
        return type instanceof KernelType kernel
                ? ANNOTATIONS.containsKey(kernel)
                : type instanceof PointerType pointer
                        && pointer.target().startsWith(STRUCT)
                        && CName.isIdentifier(pointer.target().substring(STRUCT.length()));
    }

    /** @param before the component after the field; empty at the end */
    static AnnotationSpec annotation(Field field, String before) {
        AnnotationSpec.Builder annotation = AnnotationSpec.builder(
                field.type() instanceof KernelType kernel ? ANNOTATIONS.get(kernel) : Kptr.class);
        annotation.addMember("name", "$S", field.name());
        if (field.type() instanceof PointerType pointer) {
            annotation.addMember("target", "$S", pointer.target().substring(STRUCT.length()));
            if (pointer.kind() == PointerType.Kind.UNTRUSTED) {
                annotation.addMember("untrusted", "true");
            }
        }
        if (!before.isEmpty()) {
            annotation.addMember("before", "$S", before);
        }
        return annotation.build();
    }
}
