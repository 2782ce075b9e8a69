/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.ProgramProbe;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.Versions;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramSection.Flag;
import dev.nestmap.schema.program.SectionProblem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the programs of an object that libbpf has opened and not loaded yet. libbpf sets the types of programs whose sections it knows;
 * this class sets those that callers choose, and those of the other sections of the table.
 */
final class ProgramPreparation {
    /** {@code linux/bpf.h}. */
    private static final Map<Flag, Integer> KERNEL_FLAGS = Map.of(Flag.SLEEPABLE, 1 << 4, Flag.FRAGMENTS, 1 << 5);

    private final LibBpf libbpf;
    private final String name;
    private final long object;
    private final Map<String, String> types;
    private final LibbpfLog.Capture log;

    /**
     * @param name the object's name in messages
     * @param types sections whose type programs get, by the names of the programs
     */
    ProgramPreparation(LibBpf libbpf, String name, long object, Map<String, String> types, LibbpfLog.Capture log) {
        this.libbpf = libbpf;
        this.name = name;
        this.object = object;
        this.types = types;
        this.log = log;
    }

    /**
     * Chooses the programs that are loaded, and sets their types.
     *
     * @param loaded whether programs are loaded, by name; the object decides about the others
     * @throws BpfException if the type of a program that is loaded is unknown
     */
    void apply(Map<String, Boolean> loaded) {
        Map<Long, ProgramSection> typed = new LinkedHashMap<>();
        for (long program = next(0); program != 0; program = next(program)) {
            Boolean chosen = loaded.get(libbpf.bpf_program__name(program));
            if (chosen != null) {
                libbpf.bpf_program__set_autoload(program, chosen ? 1 : 0);
            }
            boolean hasType = libbpf.bpf_program__type(program) != 0;
            if (libbpf.bpf_program__autoload(program) != 0 && (!hasType || isGiven(program))) {
                typed.put(program, section(program).orElseThrow(unknownType(program)));
            }
        }
        typed.forEach(this::setTypes);
    }

    private void setTypes(long program, ProgramSection row) {
        libbpf.bpf_program__set_type(program, row.type().number());
        libbpf.bpf_program__set_expected_attach_type(program, row.attachTypeNumber());
        int flags = libbpf.bpf_program__flags(program);
        for (Flag flag : row.flags()) {
            flags |= KERNEL_FLAGS.getOrDefault(flag, 0);
        }
        libbpf.bpf_program__set_flags(program, flags);
        String target = row.targetIn(sectionName(program));
        if (row.flags().contains(Flag.TARGET_AT_LOAD) && !target.isEmpty()) {
            setTarget(program, target);
        }
    }

    /** Does what libbpf does for the sections that it knows: finds the target in the kernel's BTF. */
    private void setTarget(long program, String target) {
        int result = libbpf.bpf_program__set_attach_target(program, 0, target);
        if (result < 0) {
            BpfException failure = ObjectErrors.LOAD.failed(
                    "load of object " + name, Versions.libbpf(), -result, null, log.forException());
            closeModules();
            throw failure;
        }
    }

    /**
     * Closes the BTF of kernel modules, which libbpf has opened to search for a target. Only a load closes it, and not {@code
     * bpf_object__close} ({@code bpf_object_load} in libbpf.c, 1.1): so this loads the maps without any program.
     */
    private void closeModules() {
        for (long program = next(0); program != 0; program = next(program)) {
            libbpf.bpf_program__set_autoload(program, 0);
        }
        libbpf.bpf_object__load(object);
    }

    private Supplier<BpfException> unknownType(long program) {
        return () -> {
            String function = libbpf.bpf_program__name(program);
            String section = sectionName(program);
            String corrected = SectionProblem.of(section)
                    .flatMap(SectionProblem::suggestion)
                    .map(other -> "write SEC(\"" + other + "\") in C, or ")
                    .orElse("");
            return new BpfException(
                    "load of object " + name,
                    "program " + function + " is in section \"" + section + "\", and " + Versions.libbpf()
                            + " knows no such section, so the program has no type: " + corrected
                            + "give it the type of a known section, with loadAs = \"tc\" in its @BpfProgram, or with loadAs(\""
                            + function + "\", \"tc\") between open and load");
        };
    }

    /**
     * Explains a load that the kernel refused with EINVAL, if the reason is a section that this kernel does not know. Null if it knows all
     * of them.
     */
    @Nullable
    String unknownSection() {
        for (long program = next(0); program != 0; program = next(program)) {
            ProgramSection section = section(program).orElse(null);
            if (section != null && section.since() != null && !ProgramProbe.isKnown(section.name())) {
                return "this kernel does not know programs of SEC(\"" + sectionName(program) + "\"), such as "
                        + libbpf.bpf_program__name(program) + ": they came with Linux " + section.since();
            }
        }
        return null;
    }

    /** The section of the program with this name; empty if there is no such program. */
    String sectionOf(String program) {
        for (long candidate = next(0); candidate != 0; candidate = next(candidate)) {
            if (program.equals(libbpf.bpf_program__name(candidate))) {
                return sectionName(candidate);
            }
        }
        return "";
    }

    private long next(long program) {
        return libbpf.bpf_object__next_program(object, program);
    }

    private boolean isGiven(long program) {
        return types.containsKey(String.valueOf(libbpf.bpf_program__name(program)));
    }

    /** The section whose type the program gets. Empty if libbpf knows none. */
    private String sectionName(long program) {
        String given = types.get(String.valueOf(libbpf.bpf_program__name(program)));
        String own = libbpf.bpf_program__section_name(program);
        return given != null ? given : own == null ? "" : own;
    }

    private Optional<ProgramSection> section(long program) {
        return ProgramSection.of(sectionName(program));
    }
}
