/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;

/**
 * Checks which programs may use the inner maps of an outer map. The kernel makes these checks for a map that a program uses directly,
 * but not for inner maps: {@code check_map_prog_compatibility} in {@code kernel/bpf/verifier.c} (6.1 and 6.12) looks at the outer map
 * only. One check is missing here because the kernel made it for inner maps too, and dropped it in 6.1: PERF_EVENT programs needed
 * maps with preallocated entries.
 */
final class InnerMapUse {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final String object;
    private final String outer;
    private final MapShape inner;

    InnerMapUse(String object, String outer, MapShape inner) {
        this.object = object;
        this.outer = outer;
        this.inner = inner;
    }

    /**
     * Checks a program that uses the outer map. Rejects a use that may hang the kernel. Logs a warning for a use that may read freed
     * entries, because later kernels permit some of these uses.
     *
     * @throws BpfException if programs of this type must not use the inner maps
     */
    void check(Program program) {
        ProgramSection section = ProgramSection.of(program.section()).orElse(null);
        for (ManagedField field : managed()) {
            if (section != null && section.isTracing() && isBarredFromTracing(field.type())) {
                throw rejected(
                        program,
                        field,
                        "a tracing program",
                        "may interrupt code on the same CPU that holds the lock of this field, and would then wait forever");
            }
            if (section != null
                    && section.type() == ProgramType.SOCKET_FILTER
                    && field.type() == KernelType.SPIN_LOCK) {
                throw rejected(
                        program,
                        field,
                        "a socket filter",
                        "may be interrupted by a program that waits for the same lock");
            }
        }
        if (ProgramSection.isSleepable(program.section()) && !inner.kind().isForSleepablePrograms()) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "object {0}: program {1} ({2}) may sleep and uses map {3}, whose inner maps are {4}s. The kernel may free an"
                            + " entry that the program has looked up while the program sleeps. For a plain {4} the kernel rejects"
                            + " such programs (at least before 6.18), but it does not check inner maps. Use a HASH, or look entries"
                            + " up in a program that does not sleep",
                    object,
                    program.name(),
                    program.section(),
                    outer,
                    inner.kind());
        }
    }

    private List<ManagedField> managed() {
        List<ManagedField> managed = inner.managed();
        return managed == null ? List.of() : managed;
    }

    private static boolean isBarredFromTracing(CType type) {
        return type == KernelType.SPIN_LOCK
                || type == KernelType.TIMER
                || type == KernelType.WORK_QUEUE
                || type == KernelType.LIST_HEAD
                || type == KernelType.RB_ROOT
                || type instanceof GraphRoot;
    }

    private BpfException rejected(Program program, ManagedField field, String kind, String reason) {
        return BpfException.of("load of object " + object)
                .map(outer)
                .because("program " + program.name() + " (" + program.section()
                        + ") uses it, and the values of its inner maps have a "
                        + field + ": " + kind + " " + reason
                        + ". For a plain map with this field the kernel rejects such a program, but it does not check inner maps."
                        + " Use " + outer
                        + " in a program of another type, or use a map whose values have no such field")
                .build();
    }
}
