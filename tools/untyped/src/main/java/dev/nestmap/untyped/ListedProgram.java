/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapUsers;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.RunCounting;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A BPF program of the running kernel, whoever has loaded it.
 *
 * @param statistics its runs and its sizes
 * @param mapIds the kernel's ids of the maps that it names. It may find inner maps in them
 * @param links the links that attach it. A program may also be attached without one, such as a tc filter, or run from a program array
 * @param readAt when its statistics were read, by {@link System#nanoTime}
 */
public record ListedProgram(
        ProgramStatistics statistics, Set<Integer> mapIds, List<KernelLink.Info> links, long readAt) {
    /** Lets the kernel count runs until it is closed. */
    public interface Counting extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Lists the programs of the kernel, and Nestmap's own that read maps.
     *
     * @return one element for each program, in the order of their ids
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public static List<ListedProgram> all() {
        Map<Integer, List<KernelLink.Info>> links =
                LinkCalls.all().stream().collect(Collectors.groupingBy(KernelLink.Info::programId));
        List<ListedProgram> programs = new ArrayList<>();
        KernelMapUsers.allPrograms().forEach(program -> {
            ProgramStatistics statistics = program.statistics();
            List<KernelLink.Info> attaching = List.copyOf(links.getOrDefault(statistics.id(), List.of()));
            programs.add(new ListedProgram(statistics, program.mapIds(), attaching, System.nanoTime()));
        });
        return programs;
    }

    /**
     * Lets the kernel count the runs of all programs and their time ({@code BPF_ENABLE_STATS}) until the result is closed, or this process
     * ends. This costs each run about 70 ns.
     *
     * @return ends the counting, unless {@code sysctl kernel.bpf_stats_enabled} or another process wants it too
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public static Counting countRuns() {
        return RunCounting.begin()::close;
    }
}
