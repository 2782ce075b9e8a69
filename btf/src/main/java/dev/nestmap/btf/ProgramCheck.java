/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.btf.LoadCheck.Severity;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.SectionProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the functions in an object file that libbpf does not accept as programs: static ones, and those in a section that it does not know.
 */
public final class ProgramCheck {
    private static final String TEXT_SECTION = ".text";

    private ProgramCheck() {}

    /**
     * Checks the programs of an object file.
     *
     * @param name name or path of the file, for messages
     * @param bytes the whole file
     * @param declared the programs that Java names, and whose types it may set
     * @return the problems, in the order of the sections
     * @throws MalformedObjectException if the bytes are not an object file
     */
    public static List<Problem> of(String name, byte[] bytes, List<ProgramDef> declared) {
        return of(Elf.parse(name, bytes), declared);
    }

    static List<Problem> of(Elf elf, List<ProgramDef> declared) {
        List<Problem> problems = new ArrayList<>();
        for (Elf.Symbol function : elf.symbols(Elf.FUNCTION_SYMBOL, ProgramCheck::hasPrograms)) {
            ProgramDef program =
                    new ProgramDef(function.name(), function.section().name());
            if (function.isLocal()) {
                problems.add(new Problem(
                        Severity.REJECTED,
                        where(program),
                        "it is static, so other loaders that use libbpf find no program in section "
                                + program.section(),
                        "remove `static` from the function"));
            }
            Optional<String> given = declared.stream()
                    .filter(other -> other.name().equals(program.name()))
                    .map(ProgramDef::loadAs)
                    .filter(section -> !section.isEmpty())
                    .findFirst();
            if (given.isEmpty()) {
                SectionProblem.of(program.sectionName()).ifPresent(problem -> problems.add(unknown(program, problem)));
            }
        }
        return problems;
    }

    /** Whether the functions of a section are programs. Those in {@code .text} are called by programs. */
    static boolean hasPrograms(Elf.Section section) {
        return section.isCode() && !section.name().equals(TEXT_SECTION);
    }

    private static Problem unknown(ProgramDef program, SectionProblem problem) {
        String corrected = problem.suggestion()
                .map(section -> "write SEC(\"" + section + "\"), or keep the section and")
                .orElse("use a section that libbpf knows, or");
        return new Problem(
                Severity.REJECTED,
                where(program),
                "it is in section \"" + program.sectionName() + "\", and " + problem.reason(),
                corrected + " give the program a type in Java: @BpfProgram(value = \"" + program.name()
                        + "\", section = \"" + program.sectionName() + "\", loadAs = \"tc\")");
    }

    private static String where(ProgramDef program) {
        return "program " + program.name();
    }
}
