/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Elf;
import dev.nestmap.btf.HarmfulCode;
import dev.nestmap.btf.NameTable;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.SectionProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the programs in an object file whose section gives them no type, and those that may lose counts. */
public final class ProgramCheck {
    /** {@code bpf_spin_lock} in {@code enum bpf_func_id}. */
    private static final int SPIN_LOCK = 93;

    /** The sections of programs that drop a packet with 0. */
    private static final Pattern DECIDES = Pattern.compile("xdp(\\.frags)?(/.*)?|cgroup(_|/)skb(/.*)?");

    private ProgramCheck() {}

    /**
     * Checks the programs of an object file.
     *
     * @param declared the programs that Java names, and whose types it may set
     * @return the problems, the worst first
     */
    public static List<Finding> of(ObjectFile file, List<ProgramDef> declared) {
        ProblemCollector problems = new ProblemCollector();
        check(file.elf(), declared, problems);
        return problems.sorted();
    }

    /** @param problems receives the problems */
    static void check(Elf elf, List<ProgramDef> declared, ProblemCollector problems) {
        Map<String, Optional<SectionProblem>> ofSections = new HashMap<>();
        Set<String> typed = declared.stream()
                .filter(program -> !program.loadAs().isEmpty())
                .map(ProgramDef::name)
                .collect(Collectors.toSet());
        for (Elf.Symbol function : elf.programs()) {
            ProgramDef program =
                    new ProgramDef(function.name(), function.section().name());
            if (!typed.contains(program.name())) {
                ofSections
                        .computeIfAbsent(program.sectionName(), SectionProblem::of)
                        .ifPresent(problem -> problems.add(unknown(program, problem)));
            }
        }
    }

    /**
     * Finds programs that may lose counts because runs of them {@link ProgramSection#interruptsItself interrupt each other}, or because they
     * share a map with a program that can interrupt them. Of the former, leaves out programs whose sections the records declare: the annotation
     * processor has printed the same note for these. Also finds {@link HarmfulCode}.
     *
     * @param records the records of the object. If the object is not theirs, there are no notes
     * @return a note for each of these programs and each per-CPU map of the records that it uses, and for each function with harmful code
     */
    public static List<Finding> losses(ObjectFile file, Schema records) {
        ProblemCollector notes = new ProblemCollector();
        if (!records.isForeign()) {
            addHarmful(file.elf(), records, notes);
        }
        Map<String, ProgramDef> programs = new HashMap<>();
        file.programs().forEach(program -> programs.putIfAbsent(program.name(), program));
        Set<String> typed = records.programs().stream()
                .filter(declared ->
                        !declared.section().isEmpty() || !declared.loadAs().isEmpty())
                .map(ProgramDef::name)
                .collect(Collectors.toSet());
        for (MapDef map : records.isForeign() ? List.<MapDef>of() : records.maps()) {
            MapDef counted = records.contentOf(map);
            if (map.role() == MapRole.INNER
                    || map.role() == MapRole.UNCOUNTED
                    || !counted.kind().isPerCpu()) {
                continue;
            }
            List<ProgramDef> users = file.usersOf(map.name()).stream()
                    .distinct()
                    .map(programs::get)
                    .filter(Objects::nonNull)
                    .toList();
            for (ProgramDef program : users) {
                if (program.interruptsItself()) {
                    if (!typed.contains(program.name())) {
                        notes.add(interrupted(program, counted, Rule.RUNS_INTERRUPT));
                    }
                    continue;
                }
                users.stream()
                        .filter(other -> !other.equals(program) && isInterruptedBy(program, other))
                        .findFirst()
                        .ifPresent(other -> notes.add(interrupted(
                                program,
                                counted,
                                "program " + other.name() + " (" + other.spelling()
                                        + ") uses the map, too, and can interrupt this one")));
            }
        }
        return notes.sorted();
    }

    private static void addHarmful(Elf elf, Schema records, ProblemCollector notes) {
        boolean mayAdd = elf.calls(Set.of(SPIN_LOCK))
                || records.maps().stream()
                        .anyMatch(map ->
                                map.role() != MapRole.UNCOUNTED && map.kind().isPerCpu());
        for (Elf.Symbol function : elf.symbols(Elf.FUNCTION_SYMBOL, Elf.Section::isCode)) {
            HarmfulCode code = new HarmfulCode(function);
            if (!mayAdd && code.addsWithoutAtomics()) {
                notes.add(harmful(
                        "addition-without-atomics",
                        function,
                        "adds to a number with a load and a store, as count->packets++ does, so two CPUs overwrite each other's additions",
                        "count with a helper that ends with _add, or with __sync_fetch_and_add"));
            }
            if (DECIDES.matcher(function.section().name()).matches() && code.returnsOnlyZero()) {
                notes.add(harmful(
                        "drops-everything",
                        function,
                        "always returns 0, which drops every packet",
                        "return XDP_PASS, or 1 in a program of a control group, to let packets pass"));
            }
        }
    }

    private static Finding harmful(String id, Elf.Symbol function, String what, String remedy) {
        String name = NameTable.shown(function.name());
        return new Finding(id, Severity.NOTE, "function " + name, name + " " + what + "; " + remedy, "");
    }

    private static Finding interrupted(ProgramDef program, MapDef map, String reason) {
        return new Finding(
                Rule.COUNTS_INTERRUPTED.id(),
                Severity.NOTE,
                where(program),
                Rule.COUNTS_INTERRUPTED.message(program.name(), program.spelling(), map.name(), reason),
                "count with atomic instructions, also in per-CPU maps");
    }

    private static boolean isInterruptedBy(ProgramDef program, ProgramDef other) {
        return program.knownSection()
                .flatMap(row -> other.knownSection().filter(row::isInterruptedBy))
                .isPresent();
    }

    private static Finding unknown(ProgramDef program, SectionProblem problem) {
        if (program.section().equals(Elf.TEXT_SECTION)) {
            return new Finding(
                    "program-without-section",
                    Severity.ERROR,
                    where(program),
                    "it has no SEC(...), and is the only function, so libbpf loads it as a program without a type",
                    "add a section that says what the program attaches to, such as SEC(\"xdp\")");
        }
        String corrected = problem.suggestion()
                .map(section -> "write SEC(\"" + section + "\"), or keep the section and")
                .orElse(problem.loadAs().isPresent() ? "keep the section and" : "use a section that libbpf knows, or");
        return new Finding(
                "unknown-section",
                Severity.ERROR,
                where(program),
                "it is in section \"" + NameTable.shown(program.sectionName()) + "\", and " + problem.reason(),
                corrected + " give the program a type in Java: @BpfProgram(value = \"" + NameTable.shown(program.name())
                        + "\", section = \"" + NameTable.shown(program.sectionName()) + "\", loadAs = \""
                        + problem.exampleOfLoadAs()
                        + "\")" + problem.choice());
    }

    static String where(ProgramDef program) {
        return "program " + NameTable.shown(program.name());
    }
}
