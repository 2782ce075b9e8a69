/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.util.Optional;

/**
 * The reason why a section does not determine the type of a program.
 *
 * @param lacksTarget whether libbpf knows the section, but the verifier needs a target, which the section does not name
 * @param suggestion the section that was probably meant; empty if none is near
 */
public record SectionProblem(boolean lacksTarget, Optional<String> suggestion) {
    /**
     * Finds the problem of a section of an object. Empty if libbpf knows the section.
     *
     * @param section the name without the {@code ?} of programs that are loaded on request
     */
    public static Optional<SectionProblem> of(String section) {
        return ProgramSection.of(section).isPresent()
                ? Optional.empty()
                : Optional.of(new SectionProblem(false, SectionTable.nearest(section)));
    }

    /**
     * Finds the problem of a section in {@code loadAs}. If the verifier needs a target, this section must name it: Nestmap does not take
     * the target from the object's own section.
     */
    public static Optional<SectionProblem> ofGiven(String section) {
        Optional<SectionProblem> missing = ProgramSection.of(section)
                .filter(row -> row.flags().contains(ProgramSection.Flag.TARGET_AT_LOAD)
                        && row.targetIn(section).isEmpty())
                .map(row -> new SectionProblem(true, Optional.of(row.name() + "/" + exampleTarget(row.name()))));
        return missing.isPresent() ? missing : of(section);
    }

    /** The reason in words. */
    public String reason() {
        return lacksTarget
                ? "the verifier checks such a program against its target, which the section does not name"
                : "libbpf knows no such section, so the program has no type";
    }

    /** A target that the kernel has for programs of this section. */
    private static String exampleTarget(String section) {
        return switch (section) {
            case "tp_btf", "tp_btf.s" -> "sched_switch";
            case "iter", "iter.s" -> "task";
            case "lsm", "lsm.s" -> "file_open";
            case "lsm_cgroup" -> "socket_bind";
            case "fmod_ret", "fmod_ret.s" -> "security_file_open";
            default -> "do_unlinkat";
        };
    }
}
