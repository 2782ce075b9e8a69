/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * The sizes of a program, and how often it ran or was skipped since it was loaded. The numbers are sums over all CPUs and attachments.
 *
 * <p>The kernel skips a run of a kprobe, tracepoint, raw tracepoint, {@code fentry}, {@code fexit} or {@code fmod_ret} program while the same program
 * still runs on this CPU. It also skips a kprobe or tracepoint program while another such program or a {@code bpf(2)} call runs on this CPU. On a
 * preemptible kernel, the run that is in progress may belong to a different thread. The program misses the events of skipped runs.
 * docs/production/tracing.md lists the programs that see every event.
 *
 * @param name name of the C function; for a program of another process, its first 15 characters
 * @param id the kernel's id of the program
 * @param runs number of runs; 0 unless {@code sysctl kernel.bpf_stats_enabled} is 1, or a tool asks the kernel to count, as bpftop does
 * @param runTime duration of all runs together; 0 unless {@code sysctl kernel.bpf_stats_enabled} is 1
 * @param recursionMisses number of skipped runs ({@code recursion_misses} in {@code bpftool prog show}). The kernel always counts them, but
 *     for kprobes and tracepoints only since Linux 6.7, and never for {@code perf_event} programs
 * @param instructions number of its instructions after the kernel has rewritten them. This number and the next two are 0 in memory. Without CAP_BPF,
 *     {@code instructions} and {@code compiledBytes} are 0
 * @param compiledBytes size of its machine code; 0 if the kernel interprets it
 * @param verifiedInstructions number of instructions that the verifier has looked at, on all paths. The kernel refuses a program at 1,000,000
 */
public record ProgramStatistics(
        String name,
        int id,
        long runs,
        Duration runTime,
        long recursionMisses,
        int instructions,
        int compiledBytes,
        int verifiedInstructions) {
    /**
     * Returns the same numbers with a different name.
     *
     * @param name name of the C function
     * @return the numbers
     */
    public ProgramStatistics withName(String name) {
        return new ProgramStatistics(
                name, id, runs, runTime, recursionMisses, instructions, compiledBytes, verifiedInstructions);
    }
}
