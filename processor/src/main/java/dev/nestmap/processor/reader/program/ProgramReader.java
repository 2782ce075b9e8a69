/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.program;

import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.reader.name.CNameCheck;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.TypeElement;

/** Reads the {@code @BpfProgram} annotations of an object. */
public record ProgramReader(TypeElement object, CNameCheck names, Problems problems) {
    /** Reads the programs whose names are usable, in source order. */
    public List<ProgramModel> read() {
        List<ProgramModel> programs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ProgramAnnotation annotation : ProgramAnnotation.on(object)) {
            if (!AnnotationValues.isComplete(annotation.mirror())) {
                problems.addMissingType();
            } else if (isUsable(annotation, seen)) {
                programs.add(read(annotation));
            }
        }
        return programs;
    }

    private boolean isUsable(ProgramAnnotation annotation, Set<String> seen) {
        String name = annotation.name();
        if (!names.checkIdentifier(name, annotation.place("value"), CNameCheck.Named.PROGRAM)) {
            return false;
        }
        if (!seen.add(name)) {
            problems.error(annotation.place("value"), Rule.PROGRAM_TWICE, name, object.getSimpleName());
            return false;
        }
        return true;
    }

    private static ProgramModel read(ProgramAnnotation annotation) {
        String method = annotation.text("method");
        return new ProgramModel(
                new ProgramDef(annotation.name(), annotation.text("section")),
                method.isEmpty() ? JavaNames.member(annotation.name()) : method);
    }
}
