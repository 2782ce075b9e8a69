/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.StructType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the programs of an object that may use a displaced inner map after the kernel's grace period, in a callback or because they sleep.
 * With such programs, no rotation of the outer map is exact, or no displaced map may be recycled.
 *
 * @param schema the object's maps and types
 * @param maps the object's maps by their names
 * @param users the programs that use the outer map
 */
record ExactnessCheck(Schema schema, ObjectBackend backend, Map<String, OpenMap> maps, List<UntypedProgram> users) {
    /** The names of the programs that may sleep. */
    List<String> sleepable() {
        return users.stream()
                .filter(program -> ProgramSection.isSleepable(program.section()))
                .map(Program::name)
                .toList();
    }

    /** Which programs that do not sleep may still write to a displaced map, and why. */
    Optional<String> obstacle() {
        Set<Integer> withCallbacks = maps.entrySet().stream()
                .filter(entry -> schema.map(entry.getKey())
                        .map(map -> map.role() == MapRole.OUTER && map.definition() != null ? schema.innerOf(map) : map)
                        .map(MapDef::value)
                        .filter(ExactnessCheck::hasCallback)
                        .isPresent())
                .map(entry -> entry.getValue().id())
                .collect(Collectors.toSet());
        List<String> scheduling = users.stream()
                .filter(program -> !Collections.disjoint(backend.mapIdsOf(program), withCallbacks))
                .map(Program::name)
                .toList();
        return scheduling.isEmpty()
                ? Optional.empty()
                : Optional.of(ErrorTable.message("CALLBACKS_OF_PROGRAMS", String.join(", ", scheduling)));
    }

    /**
     * Whether this object's programs use the outer map, and none of them can interrupt a change of an inner map on the same CPU. Such a program may
     * get E2BIG from a map with room: the kernel then skips the lists of free entries whose locks are taken.
     */
    boolean interruptsNoChange() {
        return !users.isEmpty()
                && users.stream()
                        .allMatch(program -> ProgramSection.of(program.section())
                                .filter(section -> !section.isTracing())
                                .isPresent());
    }

    /** Whether rotations may use displaced maps again: no program uses them after the grace period. */
    boolean mayRecycle() {
        return sleepable().isEmpty()
                && users.stream().allMatch(ExactnessCheck::endsInGracePeriod)
                && !mayRunCallbacksLater();
    }

    /**
     * Whether the kernel's grace period waits for the program. A program that replaces a function of another one ({@code freplace}) may run in
     * one that sleeps.
     */
    private static boolean endsInGracePeriod(UntypedProgram program) {
        return ProgramSection.of(program.section())
                .filter(section -> section.type() != ProgramType.EXT)
                .isPresent();
    }

    /**
     * Whether programs may schedule callbacks. The grace period does not wait for these: {@code bpf_wq_work} and {@code
     * bpf_task_work_callback} in kernel/bpf/helpers.c only hold {@code rcu_read_lock_trace}. A callback needs a field of a map. Sections
     * for global variables can't have one, because a program can't name their maps.
     */
    private boolean mayRunCallbacksLater() {
        return schema.maps().stream().map(MapDef::value).anyMatch(ExactnessCheck::hasCallback)
                || maps.values().stream()
                        .map(OpenMap::shape)
                        .anyMatch(shape -> shape.managed() == null
                                && shape.name().indexOf('.') < 0
                                && schema.map(shape.name()).map(MapDef::value).isEmpty());
    }

    private static boolean hasCallback(@Nullable CType type) {
        return type == ManagedFieldType.WORK_QUEUE
                || type == ManagedFieldType.TASK_WORK
                || (type instanceof ArrayType array && hasCallback(array.element()))
                || (type instanceof StructType struct
                        && struct.fields().stream().map(Field::type).anyMatch(ExactnessCheck::hasCallback));
    }
}
