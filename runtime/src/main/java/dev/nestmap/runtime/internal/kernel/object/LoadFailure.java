/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Versions;
import dev.nestmap.runtime.internal.map.Capabilities;
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

    private final ProgramPreparation programs;
    private final List<String> log;

    LoadFailure(ProgramPreparation programs, List<String> log) {
        this.programs = programs;
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
        if (errno == ErrnoNumbers.EINVAL) {
            return programs.unknownSection();
        }
        if (errno == ErrnoNumbers.EPERM && Capabilities.lacking().isEmpty()) {
            return "this process has CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, so something else forbids " + refused()
                    + ": " + Capabilities.OTHER_REASONS;
        }
        return null;
    }

    /** The program that the kernel refused. */
    private String refused() {
        for (String line : log) {
            Matcher matcher = REFUSED_PROGRAM.matcher(line);
            if (matcher.find()) {
                return "program " + matcher.group(1) + programs.sectionOf(matcher.group(1));
            }
        }
        return "it";
    }
}
