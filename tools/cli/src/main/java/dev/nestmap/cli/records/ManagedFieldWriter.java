/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.Timer;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.Map;
import java.util.Optional;

/** Writes kernel-managed fields as annotations of the record of a map. */
record ManagedFieldWriter(CNameKeeper namesInC) {
    private static final Map<ManagedFieldType, Class<?>> ANNOTATIONS = Map.of(
            ManagedFieldType.SPIN_LOCK, SpinLock.class,
            ManagedFieldType.TIMER, Timer.class);

    /** The type of the field that the record declares; empty if no annotation can stand for the field. */
    Optional<CType> type(Field field) {
        return Optional.of(field.type())
                .filter(type -> namesInC.isPossible(field.name()))
                .filter(type -> annotation(type).isPresent());
    }

    /** The annotation that stands for a field of this type. */
    static Optional<Class<?>> annotation(CType type) {
        return type instanceof ManagedFieldType managed
                ? Optional.ofNullable(ANNOTATIONS.get(managed))
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
        if (!before.isEmpty()) {
            annotation.addMember("before", "$S", before);
        }
        return annotation.build();
    }
}
