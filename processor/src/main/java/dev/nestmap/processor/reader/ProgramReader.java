/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.SectionProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;

/** Reads the {@code @BpfProgram} annotations of an object. */
record ProgramReader(ReaderContext context) {
    /** The annotations on a type, in source order. */
    static List<AnnotationUse> annotations(TypeElement type) {
        return AnnotationUse.repeated(type, BpfProgram.class, BpfProgram.All.class);
    }

    /** Reads the programs whose names are usable, in source order. */
    List<ProgramModel> read() {
        List<ProgramModel> programs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (AnnotationUse annotation : annotations(context.topLevel())) {
            if (context.problems().isComplete(annotation) && isUsable(annotation, seen)) {
                programs.add(read(annotation));
            }
        }
        return programs;
    }

    private boolean isUsable(AnnotationUse annotation, Set<String> seen) {
        String name = annotation.text("value");
        if (!context.names().checkIdentifier(name, annotation.place("value"), CNameChooser.Named.PROGRAM)) {
            return false;
        }
        if (!seen.add(name)) {
            context.error(
                    annotation.place("value"),
                    Rule.PROGRAM_TWICE,
                    name,
                    context.topLevel().getSimpleName());
            return false;
        }
        checkType(annotation);
        return true;
    }

    /** Checks the section that determines the type of the program, if it is declared. */
    private void checkType(AnnotationUse annotation) {
        String given = annotation.text("loadAs");
        if (!given.isEmpty()) {
            SectionProblem.ofGiven(given).ifPresent(problem -> {
                if (problem.lacksTarget()) {
                    context.error(
                            annotation.place("loadAs"),
                            Rule.PROGRAM_WITHOUT_TARGET,
                            annotation.text("value"),
                            given,
                            problem.suggestion().orElseThrow());
                } else {
                    reject(annotation, "loadAs", problem, "");
                }
            });
            return;
        }
        String section = annotation.text("section");
        if (!section.isEmpty()) {
            SectionProblem.of(new ProgramDef("", section).sectionName())
                    .ifPresent(problem -> reject(
                            annotation,
                            "section",
                            problem,
                            ", or keep the section and give the program the type of another one with loadAs = \""
                                    + problem.exampleOfLoadAs() + "\"" + problem.choice()));
        }
    }

    private void reject(AnnotationUse annotation, String attribute, SectionProblem problem, String alternative) {
        context.error(
                annotation.place(attribute),
                Rule.PROGRAM_TYPE_UNKNOWN,
                attribute,
                annotation.text("value"),
                annotation.text(attribute),
                problem.suggestion()
                        .or(() -> attribute.equals("loadAs") ? problem.loadAs() : Optional.empty())
                        .orElse("xdp"),
                alternative);
    }

    private static ProgramModel read(AnnotationUse annotation) {
        String method = annotation.text("method");
        return new ProgramModel(
                new ProgramDef(annotation.text("value"), annotation.text("section"), annotation.text("loadAs")),
                method.isEmpty() ? CNameConverter.member(annotation.text("value")) : method);
    }
}
