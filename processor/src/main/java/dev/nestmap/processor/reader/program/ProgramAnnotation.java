/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.program;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.SourceLocation;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.TypeElement;

/** A {@code @BpfProgram} on a type. */
public record ProgramAnnotation(TypeElement type, AnnotationMirror mirror) {
    /** The annotations on a type, in source order. */
    public static List<ProgramAnnotation> on(TypeElement type) {
        return Stream.concat(
                        MoreElements.getAnnotationMirror(type, BpfProgram.class).asSet().stream(),
                        AnnotationValues.repeated(type, BpfProgram.All.class).stream())
                .map(mirror -> new ProgramAnnotation(type, mirror))
                .toList();
    }

    /** The name of the C function. */
    public String name() {
        return text("value");
    }

    String text(String attribute) {
        return AnnotationValues.text(mirror, attribute);
    }

    public SourceLocation place() {
        return SourceLocation.of(type, mirror);
    }

    SourceLocation place(String attribute) {
        return SourceLocation.of(type, mirror, attribute);
    }
}
