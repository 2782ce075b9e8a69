/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.TypeElement;

/** Reads the fields that the kernel manages, such as locks and timers. Annotations on a record declare them; they are not components. */
public record ManagedFieldReader(ReaderContext context) {
    private static final String PACKAGE = SpinLock.class.getPackageName();

    /** The use in C of a record that can't have such fields. */
    public enum Role {
        /** A struct in a key, in a value or in another struct. */
        STRUCT("it is not the value of a map"),
        /** The key of an outer map. */
        OUTER("the value of an outer map is an inner map"),
        /** A map without entries. */
        ARENA("an arena has no values"),
        /** A global variable. */
        GLOBAL("");

        private final String why;

        Role(String why) {
            this.why = why;
        }
    }

    /**
     * A field that the kernel manages. It is not a component.
     *
     * @param before the component after the field; empty at the end
     */
    public record Managed(String name, ManagedFieldType type, String before, SourceLocation place) {}

    /** The fields that annotations on the record of a map's entries declare, in the order of the source. */
    public List<Managed> read(TypeElement record, List<TypedComponent> components) {
        return written(record).stream()
                .filter(context.problems()::isComplete)
                .map(written -> field(record, written, components))
                .toList();
    }

    /** Rejects annotations on a record whose role allows no such fields. */
    public void reject(TypeElement record, Role role) {
        for (AnnotationUse written : written(record)) {
            if (role == Role.GLOBAL) {
                context.error(written.place(), Rule.MANAGED_FIELD_IN_SECTION, written.name(), record.getSimpleName());
            } else {
                context.error(
                        written.place(),
                        Rule.MANAGED_FIELD_DOES_NOT_FIT,
                        written.name(),
                        record.getSimpleName(),
                        role.why);
            }
        }
    }

    private static List<AnnotationUse> written(TypeElement record) {
        List<AnnotationUse> all = new ArrayList<>();
        for (AnnotationMirror mirror : record.getAnnotationMirrors()) {
            TypeElement type = MoreTypes.asTypeElement(mirror.getAnnotationType());
            if (MoreElements.getPackage(type).getQualifiedName().contentEquals(PACKAGE)) {
                all.add(new AnnotationUse(record, mirror));
            }
        }
        return all;
    }

    private Managed field(TypeElement record, AnnotationUse written, List<TypedComponent> components) {
        String name = written.text("name");
        context.names().checkField(name, written.place("name"));
        // The type has the name of the annotation.
        ManagedFieldType type = ManagedFieldType.valueOf(CNameConverter.upperCase(written.name()));
        return new Managed(name, type, before(record, written, name, components), written.place());
    }

    private String before(TypeElement record, AnnotationUse written, String name, List<TypedComponent> components) {
        String before = written.text("before");
        List<String> there = components.stream().map(TypedComponent::name).toList();
        if (before.isEmpty() || there.contains(before)) {
            return before;
        }
        String fix =
                there.isEmpty() ? "remove before" : "set before to " + String.join(" or ", there) + ", or remove it";
        context.error(
                written.place("before"), Rule.BEFORE_UNKNOWN_COMPONENT, name, record.getSimpleName(), before, fix);
        return "";
    }
}
