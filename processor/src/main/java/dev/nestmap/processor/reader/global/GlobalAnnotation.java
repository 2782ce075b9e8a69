/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.global;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.Variables;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.GlobalDef;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.TypeElement;

/**
 * The annotation that makes a record a global variable: {@code @Constants} or {@code @Variables}.
 *
 * @param isConstants whether it is {@code @Constants}
 */
public record GlobalAnnotation(TypeElement record, AnnotationMirror mirror, boolean isConstants) {
    /** The annotations on a type. A type with both is an error. */
    public static List<GlobalAnnotation> on(TypeElement type) {
        return Stream.concat(
                        MoreElements.getAnnotationMirror(type, Constants.class).asSet().stream()
                                .map(mirror -> new GlobalAnnotation(type, mirror, true)),
                        MoreElements.getAnnotationMirror(type, Variables.class).asSet().stream()
                                .map(mirror -> new GlobalAnnotation(type, mirror, false)))
                .toList();
    }

    /** {@code Constants} or {@code Variables}. */
    public String name() {
        return mirror.getAnnotationType().asElement().getSimpleName().toString();
    }

    /** The ELF section. */
    String section() {
        return AnnotationValues.text(mirror, "section");
    }

    /** Whether libbpf makes the map that this annotation describes from the section, and C needs no escapes for its name. */
    boolean isSectionAllowed() {
        String section = section();
        return GlobalDef.isDataSection(section)
                && GlobalDef.isConstantSection(section) == isConstants
                && section.matches("(\\.[A-Za-z0-9_]+)+");
    }

    /** Whether callers pass the first value to {@code load}. */
    boolean isSetAtLoad() {
        return isConstants || (Boolean) AnnotationValues.value(mirror, "setAtLoad");
    }

    public SourceLocation place() {
        return SourceLocation.of(record, mirror);
    }

    SourceLocation place(String attribute) {
        return SourceLocation.of(record, mirror, attribute);
    }
}
