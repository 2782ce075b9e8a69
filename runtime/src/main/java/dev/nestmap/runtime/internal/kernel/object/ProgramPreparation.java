/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.internal.kernel.feature.ProgramProbe;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.schema.program.ProgramSection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the programs of an object that libbpf has opened and not loaded yet. libbpf sets the types of programs whose sections it knows;
 * this class sets those of the other sections of the table.
 */
final class ProgramPreparation {
    /** {@code linux/bpf.h}. */
    private static final int BPF_F_SLEEPABLE = 1 << 4;

    private final LibBpf libbpf;
    private final long object;

    ProgramPreparation(LibBpf libbpf, long object) {
        this.libbpf = libbpf;
        this.object = object;
    }

    /** @param loaded whether programs are loaded, by name; the object decides about the others */
    void apply(Map<String, Boolean> loaded) {
        for (long program = next(0); program != 0; program = next(program)) {
            Boolean chosen = loaded.get(libbpf.bpf_program__name(program));
            if (chosen != null) {
                libbpf.bpf_program__set_autoload(program, chosen ? 1 : 0);
            }
            Optional<ProgramSection> section = section(program);
            if (libbpf.bpf_program__type(program) == 0 && section.isPresent()) {
                setTypes(program, section.get());
            }
        }
    }

    private void setTypes(long program, ProgramSection section) {
        libbpf.bpf_program__set_type(program, section.type().number());
        libbpf.bpf_program__set_expected_attach_type(program, section.attachTypeNumber());
        if (section.flags().contains(ProgramSection.Flag.SLEEPABLE)) {
            libbpf.bpf_program__set_flags(program, libbpf.bpf_program__flags(program) | BPF_F_SLEEPABLE);
        }
    }

    /**
     * Explains a load that the kernel refused with EINVAL, if the reason is a section that this kernel does not know. Null if it knows all of
     * them.
     */
    @Nullable
    String unknownSection() {
        for (long program = next(0); program != 0; program = next(program)) {
            ProgramSection section = section(program).orElse(null);
            if (section != null && section.since() != null && !ProgramProbe.isKnown(section.name())) {
                return "this kernel does not know programs of SEC(\"" + libbpf.bpf_program__section_name(program)
                        + "\"), such as " + libbpf.bpf_program__name(program) + ": they came with Linux "
                        + section.since();
            }
        }
        return null;
    }

    /** The section of the program with this name: {@code  of SEC("xdp")}. Empty if there is no such program. */
    String sectionOf(String name) {
        for (long program = next(0); program != 0; program = next(program)) {
            if (name.equals(libbpf.bpf_program__name(program))) {
                return " of SEC(\"" + libbpf.bpf_program__section_name(program) + "\")";
            }
        }
        return "";
    }

    private long next(long program) {
        return libbpf.bpf_object__next_program(object, program);
    }

    private Optional<ProgramSection> section(long program) {
        String name = libbpf.bpf_program__section_name(program);
        return name == null ? Optional.empty() : ProgramSection.of(name);
    }
}
