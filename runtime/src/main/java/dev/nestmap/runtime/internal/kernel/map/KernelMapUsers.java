/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the programs and the outer maps that use a map, whoever has created them. */
public final class KernelMapUsers {
    private KernelMapUsers() {}

    /**
     * The programs that use the map with this id directly, read one after the other.
     *
     * @throws BpfException if the kernel refuses: this requires CAP_SYS_ADMIN
     */
    public static Stream<ProgramInfo> programsUsing(int map) {
        return programsUsing(Set.of(map));
    }

    private static Stream<ProgramInfo> programsUsing(Set<Integer> maps) {
        return KernelIds.programs().stream()
                .map(ProgramInfo::ofId) // this process may open it, because it may list all
                .filter(Objects::nonNull)
                .filter(program -> !Collections.disjoint(program.mapIds(), maps));
    }

    /**
     * The statistics of the programs that use any of these maps directly, except Nestmap's own {@link BulkProgram}s for them. Null if this
     * process may not list programs, which requires CAP_SYS_ADMIN.
     */
    public static @Nullable List<ProgramStatistics> programs(Set<Integer> maps) {
        try {
            return programsUsing(maps)
                    .filter(program -> !BulkProgram.isOne(program, maps))
                    .map(ProgramInfo::statistics)
                    .toList();
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return null;
            }
            throw e;
        }
    }
}
