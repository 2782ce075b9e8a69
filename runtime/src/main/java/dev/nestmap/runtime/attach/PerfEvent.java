/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Objects;

/**
 * Runs a program at every n-th perf event, or at a frequency, as a profiler does. Section: {@code perf_event}. The link can't be updated.
 * Without a CPU and a process, the event is opened on every CPU that is online, and the {@code Link} consists of one kernel link for each
 * CPU.
 *
 * @param name name of the event, for messages
 * @param type {@code type} of {@code struct perf_event_attr} ({@code linux/perf_event.h})
 * @param config {@code config} of {@code struct perf_event_attr}
 * @param period number of events from one run of the program to the next; 0 with a frequency
 * @param frequency runs per second, which the kernel approximates; 0 with a period
 * @param cpu number of the CPU; -1 for any
 * @param pid id of the process or thread to watch; -1 for all
 */
public record PerfEvent(String name, int type, long config, long period, long frequency, int cpu, int pid)
        implements Attachment {
    private static final int PERF_TYPE_HARDWARE = 0;
    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final int ANY = -1;

    /** Events that the kernel counts ({@code enum perf_sw_ids}). */
    public enum Software {
        /** Time that passes on a CPU, in nanoseconds. */
        CPU_CLOCK(0),
        /** Time for which a task runs, in nanoseconds. */
        TASK_CLOCK(1),
        /** Page faults. */
        PAGE_FAULTS(2),
        /** Context switches. */
        CONTEXT_SWITCHES(3),
        /** Moves of tasks to other CPUs. */
        CPU_MIGRATIONS(4),
        /** Page faults that need no disk access. */
        PAGE_FAULTS_MIN(5),
        /** Page faults that need disk access. */
        PAGE_FAULTS_MAJ(6),
        /** Accesses that the kernel had to align. */
        ALIGNMENT_FAULTS(7),
        /** Instructions that the kernel had to emulate. */
        EMULATION_FAULTS(8),
        /** Context switches between control groups. */
        CGROUP_SWITCHES(11);

        private final int number;

        Software(int number) {
            this.number = number;
        }
    }

    /** Events that the CPU counts ({@code enum perf_hw_id}). Virtual machines often have none. */
    public enum Hardware {
        /** Cycles. */
        CPU_CYCLES(0),
        /** Instructions. */
        INSTRUCTIONS(1),
        /** Accesses to the last level cache. */
        CACHE_REFERENCES(2),
        /** Misses in the last level cache. */
        CACHE_MISSES(3),
        /** Branch instructions. */
        BRANCH_INSTRUCTIONS(4),
        /** Mispredicted branches. */
        BRANCH_MISSES(5),
        /** Bus cycles. */
        BUS_CYCLES(6),
        /** Cycles in which the frontend stalls. */
        STALLED_CYCLES_FRONTEND(7),
        /** Cycles in which the backend stalls. */
        STALLED_CYCLES_BACKEND(8),
        /** Cycles at a constant frequency. */
        REF_CPU_CYCLES(9);

        private final int number;

        Hardware(int number) {
            this.number = number;
        }
    }

    /** Checks the values. */
    public PerfEvent {
        Objects.requireNonNull(name, "name");
        if (period < 0 || frequency < 0 || (period == 0) == (frequency == 0)) {
            throw new IllegalArgumentException("period is " + period + ", frequency is " + frequency
                    + ": one of them must be positive and the other 0");
        }
    }

    /**
     * Returns the attachment to an event that the kernel counts, at every event, for all processes on all CPUs.
     *
     * @param event the event
     * @return the attachment
     */
    public static PerfEvent software(Software event) {
        return of(event.name(), PERF_TYPE_SOFTWARE, event.number);
    }

    /**
     * Returns the attachment to an event that the CPU counts, at every event, for all processes on all CPUs. Set a period or a frequency.
     *
     * @param event the event
     * @return the attachment
     */
    public static PerfEvent hardware(Hardware event) {
        return of(event.name(), PERF_TYPE_HARDWARE, event.number);
    }

    /**
     * Returns the attachment to any event of {@code perf_event_open}.
     *
     * @param type {@code type} of {@code struct perf_event_attr}
     * @param config {@code config} of {@code struct perf_event_attr}
     * @return the attachment
     */
    public static PerfEvent raw(int type, long config) {
        return of("of type " + type + " and config " + config, type, config);
    }

    private static PerfEvent of(String name, int type, long config) {
        return new PerfEvent(name, type, config, 1, 0, ANY, ANY);
    }

    /**
     * Returns the attachment to every n-th event.
     *
     * @param events number of events from one run of the program to the next, 1 or more; for clocks, nanoseconds
     * @return the attachment
     * @throws IllegalArgumentException if the number is less than 1
     */
    public PerfEvent period(long events) {
        return new PerfEvent(name, type, config, events, 0, cpu, pid);
    }

    /**
     * Returns the attachment with a frequency. The sysctl {@code kernel.perf_event_max_sample_rate} is the highest one.
     *
     * @param perSecond runs per second, 1 or more
     * @return the attachment
     * @throws IllegalArgumentException if the number is less than 1
     */
    public PerfEvent frequency(long perSecond) {
        return new PerfEvent(name, type, config, 0, perSecond, cpu, pid);
    }

    /**
     * Returns the attachment to one CPU.
     *
     * @param cpu number of the CPU
     * @return the attachment
     */
    public PerfEvent cpu(int cpu) {
        return new PerfEvent(name, type, config, period, frequency, cpu, pid);
    }

    /**
     * Returns the attachment to one process or thread, on whatever CPU it runs.
     *
     * @param pid id of the process or thread
     * @return the attachment
     */
    public PerfEvent pid(int pid) {
        return new PerfEvent(name, type, config, period, frequency, cpu, pid);
    }

    @Override
    public String target() {
        return "perf event " + name;
    }
}
