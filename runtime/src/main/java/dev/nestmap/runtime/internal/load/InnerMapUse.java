/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;

/**
 * What the kernel refuses a program that uses a map, and lets it do with the same map inside of another: {@code
 * check_map_prog_compatibility} in {@code kernel/bpf/verifier.c} (6.1 and 6.12) looks at the outer map only. That PERF_EVENT programs
 * need inner maps with preallocated entries, the kernel checked itself, until 6.1 lifted it.
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
     * Looks at a program that uses the outer map. What may hang the kernel is refused; what may only read what is no longer
     * there is logged, because later kernels let programs do some of it.
     *
     * @throws BpfException for a program whose kind must not use what is in the inner maps
     */
    void check(Program program) {
        for (ManagedField field : managed()) {
            if (SectionName.isTracing(program.section()) && isBarredFromTracing(field.type())) {
                throw refused(
                        program,
                        field,
                        "a tracing program",
                        "may have interrupted just who works with it on that CPU, and would wait for ever");
            }
            if (SectionName.isSocketFilter(program.section()) && field.type() == KernelType.SPIN_LOCK) {
                throw refused(
                        program, field, "a socket filter", "can be interrupted by another program that wants the lock");
            }
        }
        if (SectionName.isSleepable(program.section()) && !inner.kind().isForSleepablePrograms()) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "object {0}: program {1} ({2}) may sleep and uses map {3}, whose inner maps are {4}s: an entry that the"
                            + " program has looked up may be freed while it sleeps. The kernel refuses such programs a plain {4} for"
                            + " that (before 6.18 at the least), and does not look into maps of maps; keep that in a HASH, or do"
                            + " the lookup in a program that does not sleep",
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

    private BpfException refused(Program program, ManagedField field, String kind, String why) {
        return BpfException.of("load of object " + object)
                .map(outer)
                .because("program " + program.name() + " (" + program.section()
                        + ") uses it, and its inner maps have values with a "
                        + field + ": " + kind + " " + why
                        + ". The kernel refuses it a plain map of this kind, and does not look"
                        + " into maps of maps. Let a program of another kind use " + outer
                        + ", or give this one a map whose values have no such field")
                .build();
    }
}
