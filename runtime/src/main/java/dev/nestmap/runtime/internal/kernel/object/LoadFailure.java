/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.Versions;
import dev.nestmap.runtime.internal.map.Capabilities;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Explains why an object can't be loaded, from the errno and from what libbpf wrote. */
final class LoadFailure {
    /** {@code bpf_object_load_prog} in {@code libbpf.c}. */
    private static final Pattern REFUSED_PROGRAM = Pattern.compile("prog '([^']+)': BPF program load failed");

    /** {@code bpf_object__create_maps} in {@code libbpf.c}. */
    private static final Pattern REFUSED_MAP = Pattern.compile("map '[^']+': failed to create");

    /** {@code find_struct_ops_kern_types} and {@code bpf_map__init_kern_struct_ops} in {@code libbpf.c}. */
    private static final String UNKNOWN_STRUCT = "struct_ops init_kern";

    private final ProgramPreparation programs;
    private final StructOps structs;
    private final List<String> log;

    LoadFailure(ProgramPreparation programs, StructOps structs, List<String> log) {
        this.programs = programs;
        this.structs = structs;
        this.log = log;
    }

    /** The exception for this errno, a positive number. */
    BpfException exception(String operation, int errno) {
        return SlotFailure.in(log)
                .map(slot -> slot.exception(operation, log))
                .orElseGet(() -> ObjectErrors.LOAD.failed(operation, refuser(), errno, explanation(errno), log));
    }

    /** The kernel if it refused a program or a map, otherwise libbpf. */
    private String refuser() {
        boolean byKernel = log.stream()
                .anyMatch(line -> REFUSED_PROGRAM.matcher(line).find()
                        || REFUSED_MAP.matcher(line).find());
        return byKernel ? Versions.kernel() : Versions.libbpf();
    }

    /** The explanation; null to use that of {@link ObjectErrors}. */
    private @Nullable String explanation(int errno) {
        if (log.stream().anyMatch(line -> line.contains(UNKNOWN_STRUCT))) {
            return "the kernel has no struct of functions of this type, or the type has no such member: libbpf's log below names it";
        }
        if (errno == ErrnoNumbers.EINVAL) {
            return structs.areLinked() && !KernelFeature.STRUCT_OPS_LINKS.isPresent()
                    ? KernelFeature.STRUCT_OPS_LINKS.lacking() + ". Compile the struct with SEC(\".struct_ops\")"
                    : programs.unknownSection();
        }
        String program = refusedProgram();
        String section = program == null ? "" : programs.sectionOf(program);
        if (errno == ErrnoNumbers.ENOTSUPP
                && ProgramSection.of(section).map(ProgramSection::type).orElse(null) == ProgramType.STRUCT_OPS) {
            return "program " + program
                    + " is in no struct of SEC(\".struct_ops.link\") or SEC(\".struct_ops\"), or the kernel does not"
                    + " let programs be this member of the struct: assign it to another member, or leave it out of the load";
        }
        if (errno == ErrnoNumbers.EPERM && Capabilities.lacking().isEmpty()) {
            return "this process has CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, so something else forbids "
                    + (program == null ? "it" : "program " + program + " of SEC(\"" + section + "\")") + ": "
                    + Capabilities.OTHER_REASONS;
        }
        return null;
    }

    /** The program that the kernel refused; null if it refused none. */
    private @Nullable String refusedProgram() {
        return log.stream()
                .map(REFUSED_PROGRAM::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse(null);
    }
}
