/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.SectionProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Writes {@code @BpfProgram} for programs in sections of other tools, so that Nestmap can load them: the section's beginning tells the type. */
final class ProgramAnnotations {
    /** A class file has room for some 20,000 of them. */
    private static final int MOST = 1000;

    private ProgramAnnotations() {}

    /**
     * The annotations of the programs whose section libbpf does not know.
     *
     * @param isFree whether the object's class can have a method with this name, which is taken if so
     */
    static List<AnnotationSpec> of(List<ProgramDef> programs, Predicate<String> isFree) {
        List<AnnotationSpec> annotations = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ProgramDef program : programs) {
            Optional<String> type = SectionProblem.of(program.sectionName()).flatMap(SectionProblem::loadAs);
            if (type.isPresent() && isDeclarable(program) && annotations.size() < MOST && seen.add(program.name())) {
                annotations.add(annotation(program, type.get(), isFree));
            }
        }
        return annotations;
    }

    private static boolean isDeclarable(ProgramDef program) {
        return CNameConverter.isIdentifier(program.name())
                && program.name().length() <= CNameConverter.MAX_LENGTH
                && program.section().length() <= CNameConverter.MAX_LENGTH
                && program.section().chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static AnnotationSpec annotation(ProgramDef program, String type, Predicate<String> isFree) {
        AnnotationSpec.Builder annotation = AnnotationSpec.builder(BpfProgram.class)
                .addMember("value", "$S", program.name())
                .addMember("section", "$S", program.section())
                .addMember("loadAs", "$S", type);
        String implied = CNameConverter.member(program.name());
        String method = implied;
        for (int i = 1; !isFree.test(method); i++) {
            method = implied + "Program" + (i == 1 ? "" : i);
        }
        if (!method.equals(implied)) {
            annotation.addMember("method", "$S", method);
        }
        return annotation.build();
    }
}
