/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A component of a record or of a nested record.
 *
 * @param component the component
 * @param owner the record that declares it
 * @param accessors the methods from the outermost record to the component
 */
record ComponentPath(RecordComponent component, Class<?> owner, List<Method> accessors) {
    /** Finds the components with an annotation in a record and its nested records. */
    static List<ComponentPath> annotated(Class<?> record, Class<? extends Annotation> annotation) {
        List<ComponentPath> found = new ArrayList<>();
        collect(record, List.of(), annotation, found);
        return found;
    }

    private static void collect(
            Class<?> record, List<Method> prefix, Class<? extends Annotation> annotation, List<ComponentPath> found) {
        for (RecordComponent component : record.getRecordComponents()) {
            List<Method> path = new ArrayList<>(prefix);
            path.add(accessible(component.getAccessor()));
            if (component.isAnnotationPresent(annotation)) {
                found.add(new ComponentPath(component, record, path));
            } else if (component.getType().isRecord()) {
                collect(component.getType(), path, annotation, found);
            }
        }
    }

    /** Makes the accessor of a private record accessible. */
    private static Method accessible(Method accessor) {
        if (!accessor.trySetAccessible()) {
            Class<?> record = accessor.getDeclaringClass();
            throw new IllegalArgumentException(record + " can't be read: its module does not open the package "
                    + record.getPackageName() + ". Add to module-info.java: opens " + record.getPackageName()
                    + " to dev.nestmap.micrometer;");
        }
        return accessor;
    }

    /** Returns the annotation, which the component has. */
    <A extends Annotation> A annotation(Class<A> type) {
        return Objects.requireNonNull(component.getAnnotation(type), "the component was found by its annotation");
    }

    /** Reads the component. */
    @Nullable
    Object read(Object record) {
        return read(record, 0);
    }

    /** Reads the component from the object that the first {@code skipped} accessors return. */
    @Nullable
    Object read(Object start, int skipped) {
        Object value = start;
        try {
            for (Method accessor : accessors.subList(skipped, accessors.size())) {
                value = value == null ? null : accessor.invoke(value);
            }
            return value;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(this + " can't be read", e);
        }
    }

    @Override
    public String toString() {
        return "component " + component.getName() + " of record " + owner.getSimpleName();
    }
}
