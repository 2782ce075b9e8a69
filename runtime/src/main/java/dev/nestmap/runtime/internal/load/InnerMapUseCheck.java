/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.StructType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Checks which programs may use the inner maps of an outer map. The kernel makes these checks for a map that a program names, but not for
 * inner maps: {@code check_map_prog_compatibility} in {@code kernel/bpf/verifier.c} (6.1 to 7.3) looks at the outer map only. The rules
 * differ by version, so this class tries each program type in the kernel, with a map like the inner maps.
 *
 * @param kernel asks the kernel whether programs of a type may name a map like the inner maps
 * @param answers the kernel's answers so far
 */
record InnerMapUseCheck(
        String object, String outer, MapDef inner, Predicate<ProgramType> kernel, Map<ProgramType, Boolean> answers) {
    /** Prefix of the structs of all fields that the kernel manages, including structs that this version of Nestmap does not know. */
    private static final String MANAGED_PREFIX = "bpf_";

    InnerMapUseCheck(String object, String outer, MapDef inner, Predicate<ProgramType> kernel) {
        this(object, outer, inner, kernel, new EnumMap<>(ProgramType.class));
    }

    /**
     * Checks a program that uses the outer map. Rejects a use that may hang the kernel. Logs a warning for a use that may read freed
     * entries.
     *
     * @throws BpfException if programs of this type must not use the inner maps
     */
    void check(Program program) {
        ProgramSection section = ProgramSection.of(program.section()).orElse(null);
        if (section != null && mayInterrupt(section)) {
            List<String> managed = managed();
            if (!managed.isEmpty() && !isAccepted(section.type())) {
                throw rejected(program, managed);
            }
        }
        // Which maps a sleepable program may use does not depend on its type. All programs of this type may sleep, and
        // need no target.
        if (ProgramSection.isSleepable(program.section()) && !isAccepted(ProgramType.SYSCALL)) {
            WarningLog.RUNTIME.warn(
                    "sleepable programs of object " + object,
                    ErrorTable.message(
                            "INNER_MAP_BY_NAME", object, program.name(), program.section(), outer, inner.kind()));
        }
    }

    /** Whether the program may run while other code holds the lock of a field on the same CPU. */
    private static boolean mayInterrupt(ProgramSection section) {
        return section.isTracing() || section.type() == ProgramType.SOCKET_FILTER;
    }

    private boolean isAccepted(ProgramType type) {
        return answers.computeIfAbsent(type, kernel::test);
    }

    private List<String> managed() {
        return inner.value() == null ? List.of() : managed(inner.value(), 0).toList();
    }

    /**
     * The fields that the kernel may manage, also in nested structs. The kernel finds those since Linux 6.11 ({@code btf_find_nested_struct}
     * in kernel/bpf/btf.c). An older kernel accepts the plain map, because it takes them for bytes.
     */
    private static Stream<String> managed(CType type, long offset) {
        if (isManaged(type)) {
            return Stream.of(type.spelling() + " at " + offset);
        }
        if (type instanceof ArrayType array) {
            return managed(array.element(), offset);
        }
        return type instanceof StructType struct
                ? struct.fields().stream().flatMap(field -> managed(field.type(), offset + field.offset()))
                : Stream.empty();
    }

    private static boolean isManaged(CType type) {
        return type.isManaged()
                || (type instanceof StructType struct && struct.name().startsWith(MANAGED_PREFIX));
    }

    private BpfException rejected(Program program, List<String> managed) {
        return BpfException.of(Reason.WRONG_USE, "load of object " + object)
                .map(outer)
                .because(ErrorTable.message(
                        "INNER_MAP_MANAGED",
                        program.name(),
                        program.section(),
                        String.join(" and a ", managed),
                        outer));
    }
}
