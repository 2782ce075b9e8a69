/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.util.List;
import java.util.Optional;

/**
 * The reason why a section does not determine the type of a program.
 *
 * @param lacksTarget whether libbpf knows the section, but the verifier needs a target, which the section does not name
 * @param suggestion the section that was probably meant; empty if no typing mistake explains the section
 * @param types the sections whose type the program probably has: one if the name tells, several if it leaves out a part, none if it says
 *     nothing
 */
public record SectionProblem(boolean lacksTarget, Optional<String> suggestion, List<String> types) {
    /** Copies the list. */
    public SectionProblem {
        types = List.copyOf(types);
    }

    /**
     * Finds the problem of a section of an object. Empty if libbpf knows the section.
     *
     * @param section the name without the {@code ?} of programs that are loaded on request
     */
    public static Optional<SectionProblem> of(String section) {
        if (ProgramSection.of(section).isPresent()) {
            return Optional.empty();
        }
        List<String> types = SectionTable.ofPrefix(section);
        Optional<String> nearest = SectionTable.nearest(section);
        boolean isMistyped = nearest.isPresent()
                && (types.isEmpty()
                        || types.equals(List.of(nearest.get()))
                        || (types.size() == 1 && section.indexOf('/') < 0));
        return Optional.of(
                isMistyped
                        ? new SectionProblem(false, nearest, nearest.stream().toList())
                        : new SectionProblem(false, Optional.empty(), types));
    }

    /** The section whose type the program certainly has by the beginning of its own section's name; empty if the name does not tell. */
    public Optional<String> loadAs() {
        return suggestion.isEmpty() && types.size() == 1 ? Optional.of(types.get(0)) : Optional.empty();
    }

    /** The value of {@code loadAs} in a remedy. */
    public String exampleOfLoadAs() {
        return types.size() == 1 ? types.get(0) : "...";
    }

    /** The choice that the remedy with {@link #exampleOfLoadAs} leaves; empty if it leaves none. */
    public String choice() {
        return types.size() == 1
                ? ""
                : types.isEmpty()
                        ? ", where ... is the section of its type, such as \"xdp\" or \"tc\""
                        : ", where ... is " + String.join(" or ", types);
    }

    /**
     * Finds the problem of a section in {@code loadAs}. If the verifier needs a target, this section must name it: Nestmap does not take
     * the target from the object's own section.
     */
    public static Optional<SectionProblem> ofGiven(String section) {
        Optional<SectionProblem> missing = ProgramSection.of(section)
                .filter(row -> row.flags().contains(ProgramSection.Flag.TARGET_AT_LOAD)
                        && row.targetIn(section).isEmpty())
                .map(row ->
                        new SectionProblem(true, Optional.of(row.name() + "/" + exampleTarget(row.name())), List.of()));
        return missing.isPresent() ? missing : of(section);
    }

    /** The reason in words. */
    public String reason() {
        return lacksTarget
                ? "the section does not name the program's target, which the verifier needs"
                : "libbpf knows no such section, so the program has no type";
    }

    /** A target that the kernel has for programs of this section. No function of other BPF programs is usual. */
    private static String exampleTarget(String section) {
        return switch (section) {
            case "tp_btf", "tp_btf.s" -> "sched_switch";
            case "freplace" -> "FUNCTION";
            case "iter", "iter.s" -> "task";
            case "lsm", "lsm.s" -> "file_open";
            case "lsm_cgroup" -> "socket_bind";
            case "fmod_ret", "fmod_ret.s" -> "security_file_open";
            default -> "do_unlinkat";
        };
    }
}
