/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.program;

import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.reader.name.CNameCheck;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.SectionProblem;
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
        checkType(annotation);
        return true;
    }

    /** Checks the section that determines the type of the program, if it is declared. */
    private void checkType(ProgramAnnotation annotation) {
        String given = annotation.text("loadAs");
        if (!given.isEmpty()) {
            SectionProblem.ofGiven(given)
                    .ifPresent(problem -> reject(annotation, "loadAs", problem, remedy("loadAs", problem)));
            return;
        }
        String section = annotation.text("section");
        if (!section.isEmpty()) {
            SectionProblem.of(new ProgramDef("", section).sectionName())
                    .ifPresent(problem -> reject(
                            annotation,
                            "section",
                            problem,
                            remedy("section", problem)
                                    + ", or keep the section and give the program the type of another one, such as"
                                    + " loadAs = \"tc\""));
        }
    }

    private static String remedy(String attribute, SectionProblem problem) {
        return problem.suggestion()
                .map(section -> "write " + attribute + " = \"" + section + "\"")
                .orElse("use a section that libbpf knows, such as \"xdp\"");
    }

    private void reject(ProgramAnnotation annotation, String attribute, SectionProblem problem, String remedy) {
        problems.error(
                annotation.place(attribute),
                Rule.PROGRAM_TYPE_UNKNOWN,
                attribute,
                annotation.name(),
                annotation.text(attribute).replaceAll("\\p{Cntrl}", "?"),
                problem.reason(),
                remedy);
    }

    private static ProgramModel read(ProgramAnnotation annotation) {
        String method = annotation.text("method");
        return new ProgramModel(
                new ProgramDef(annotation.name(), annotation.text("section"), annotation.text("loadAs")),
                method.isEmpty() ? JavaNames.member(annotation.name()) : method);
    }
}
