/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * How often the kernel has run a program since it was loaded, and how often it skipped a run. The numbers are sums over all CPUs and all
 * places that the program is attached to.
 *
 * <p>The kernel skips a run of a kprobe, tracepoint, raw tracepoint, {@code fentry}, {@code fexit} or {@code fmod_ret} program if the same
 * program, or for kprobes and tracepoints any such program or a {@code bpf(2)} call, is not yet finished on this CPU. On a kernel that
 * preempts threads in the kernel, another thread may be in the middle of one. Events at such a moment are not counted by the program.
 * docs/reference/missed-events.md says which programs see every event.
 *
 * @param name name of the C function. For a program that another process has loaded, its first 15 characters
 * @param id the kernel's id of the program
 * @param runs number of runs; 0 unless {@code sysctl kernel.bpf_stats_enabled} is 1
 * @param runTime duration of all runs together; 0 unless {@code sysctl kernel.bpf_stats_enabled} is 1
 * @param recursionMisses number of skipped runs ({@code recursion_misses} in {@code bpftool prog show}), which the kernel always counts.
 *     It does not count the runs of {@code perf_event} programs that it skips, and those of kprobes and tracepoints only since Linux 6.7
 */
public record ProgramStatistics(String name, int id, long runs, Duration runTime, long recursionMisses) {}
