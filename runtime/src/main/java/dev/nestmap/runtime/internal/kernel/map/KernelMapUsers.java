/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * The ids of the outer maps that hold any of these inner maps. Empty if this process may not list maps, which requires CAP_SYS_ADMIN.
     */
    public static Set<Integer> outerMaps(Set<Integer> inners) {
        if (inners.isEmpty()) {
            return Set.of();
        }
        try {
            return KernelIds.maps().stream().filter(id -> isOuterOf(id, inners)).collect(Collectors.toSet());
        } catch (BpfException e) {
            if (e.errno() == Errno.EPERM) {
                return Set.of();
            }
            throw e;
        }
    }

    private static boolean isOuterOf(int id, Set<Integer> inners) {
        try (RawMap map = new KernelMapFactory().open(id)) {
            return map != null
                    && map.shape().kind().isMapOfMaps()
                    && !Collections.disjoint(inners, BatchScan.innerIds(map));
        } catch (BpfException e) {
            // Not Nestmap's: user space may not read the map, or this version does not know its type.
            if (e.reason() == Reason.NOT_PERMITTED || e.reason() == Reason.NOT_SUPPORTED) {
                return false;
            }
            throw e;
        }
    }
}
