/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.program.ProgramSection;
import java.util.Optional;

/**
 * One program: a C function with a section.
 *
 * @param name name of the C function
 * @param section its ELF section, which determines its type and its hooks: {@code xdp}, {@code tp_btf/sched_switch}. In an object, it may
 *     begin with {@code ?}. Empty in a declaration that accepts every section
 * @param loadAs a section of {@link dev.nestmap.schema.program.SectionTable} whose type the program gets at load; empty for the type of its
 *     own section
 */
public record ProgramDef(String name, String section, String loadAs) {
    /** {@code SEC("?xdp")}: libbpf loads such a program only on request. */
    private static final String ON_REQUEST = "?";

    /** A program with the type of its own section. */
    public ProgramDef(String name, String section) {
        this(name, section, "");
    }

    /** What C source has before the function: {@code SEC("xdp")}. */
    public String spelling() {
        return section.isEmpty() ? "any section" : "SEC(\"" + section + "\")";
    }

    /** Whether a loader loads the program unless its caller says otherwise. */
    public boolean isLoadedByDefault() {
        return !section.startsWith(ON_REQUEST);
    }

    /** The section without the {@code ?} of programs that are loaded on request. */
    public String sectionName() {
        return isLoadedByDefault() ? section : section.substring(ON_REQUEST.length());
    }

    /** Whether {@link ProgramSection#interruptsItself several runs} can interrupt each other; false if no section names the type. */
    public boolean interruptsItself() {
        return knownSection().filter(ProgramSection::interruptsItself).isPresent();
    }

    /** The row of the section that gives the program its type; empty if no section names the type. */
    public Optional<ProgramSection> knownSection() {
        return ProgramSection.of(loadAs.isEmpty() ? sectionName() : loadAs);
    }

    /**
     * Whether a program of an object has the section that this declaration names. A declared section without a target stands for all
     * targets: {@code kprobe} for {@code kprobe/do_unlinkat}.
     */
    public boolean acceptsSectionOf(ProgramDef actual) {
        String declared = sectionName();
        String other = actual.sectionName();
        return declared.isEmpty() || other.equals(declared) || (isPattern() && other.startsWith(declared + "/"));
    }

    /** Whether the section is a name that libbpf accepts with a target and without one. */
    private boolean isPattern() {
        String declared = sectionName();
        return ProgramSection.of(declared)
                .filter(row -> row.pattern().endsWith("+") && row.name().equals(declared))
                .isPresent();
    }
}
