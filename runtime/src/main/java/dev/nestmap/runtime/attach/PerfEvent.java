/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program at every n-th perf event of a CPU or thread, or at a frequency, for example for a profiler. Section: {@code perf_event}.
 * The link can't be updated. {@link OnEachCpu} attaches to all CPUs.
 *
 * @param name name of the event, for messages
 * @param type {@code type} of {@code struct perf_event_attr} ({@code linux/perf_event.h})
 * @param config {@code config} of {@code struct perf_event_attr}
 * @param period number of events from one run of the program to the next; 0 if there is a frequency
 * @param frequency runs per second, which the kernel approximates; 0 if there is a period
 * @param cpu number of the CPU; null for the CPUs on which the thread runs
 * @param thread id of the process or thread to watch; null for all threads of the CPU
 */
public record PerfEvent(
        String name,
        int type,
        long config,
        long period,
        long frequency,
        @Nullable Integer cpu,
        @Nullable Integer thread)
        implements Hook<PerfEvent.Kind, KernelLink> {
    /** The kind of programs for perf events. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    private static final int PERF_TYPE_HARDWARE = 0;
    private static final int PERF_TYPE_SOFTWARE = 1;

    /** Events that the kernel counts ({@code enum perf_sw_ids}). */
    public enum Software {
        /** Nanoseconds that pass on a CPU. */
        CPU_CLOCK(0),
        /** Nanoseconds for which a task runs. */
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

    /** Checks the period or frequency, and that there is a CPU or a thread. */
    public PerfEvent {
        Objects.requireNonNull(name, "name");
        requireRate(period, frequency);
        if (cpu == null && thread == null) {
            throw new IllegalArgumentException("neither a CPU nor a thread is given: use PerfEvent.OnEachCpu for all");
        }
    }

    private static void requireRate(long period, long frequency) {
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
    public static OnEachCpu software(Software event) {
        return new OnEachCpu(event.name(), PERF_TYPE_SOFTWARE, event.number, 1, 0);
    }

    /**
     * Returns the attachment to an event that the CPU counts, at every event, for all processes on all CPUs. Set a period or a frequency.
     *
     * @param event the event
     * @return the attachment
     */
    public static OnEachCpu hardware(Hardware event) {
        return new OnEachCpu(event.name(), PERF_TYPE_HARDWARE, event.number, 1, 0);
    }

    /**
     * Returns the attachment to any event of {@code perf_event_open}.
     *
     * @param type {@code type} of {@code struct perf_event_attr}
     * @param config {@code config} of {@code struct perf_event_attr}
     * @return the attachment
     */
    public static OnEachCpu raw(int type, long config) {
        return new OnEachCpu("of type " + type + " and config " + config, type, config, 1, 0);
    }

    @Override
    public String target() {
        return "perf event " + name;
    }

    /**
     * Runs a program at a perf event on every CPU that is online, for all processes. The kernel has a link for each CPU, so the attachment
     * can't be pinned.
     *
     * @param name name of the event, for messages
     * @param type {@code type} of {@code struct perf_event_attr} ({@code linux/perf_event.h})
     * @param config {@code config} of {@code struct perf_event_attr}
     * @param period number of events from one run of the program to the next; 0 if there is a frequency
     * @param frequency runs per second, which the kernel approximates; 0 if there is a period
     */
    public record OnEachCpu(String name, int type, long config, long period, long frequency)
            implements Hook<PerfEvent.Kind, Link> {
        /** Checks the period or frequency. */
        public OnEachCpu {
            Objects.requireNonNull(name, "name");
            requireRate(period, frequency);
        }

        /**
         * Returns the attachment to every n-th event.
         *
         * @param events number of events from one run of the program to the next, 1 or more. For {@link Software#CPU_CLOCK} and {@link
         *     Software#TASK_CLOCK}, a number of nanoseconds
         * @return the attachment
         * @throws IllegalArgumentException if the number is less than 1
         */
        public OnEachCpu withPeriod(long events) {
            return new OnEachCpu(name, type, config, events, 0);
        }

        /**
         * Returns the attachment with a frequency. The sysctl {@code kernel.perf_event_max_sample_rate} is the maximum.
         *
         * @param perSecond runs per second, 1 or more
         * @return the attachment
         * @throws IllegalArgumentException if the number is less than 1
         */
        public OnEachCpu withFrequency(long perSecond) {
            return new OnEachCpu(name, type, config, 0, perSecond);
        }

        /**
         * Returns the attachment to one CPU.
         *
         * @param cpu number of the CPU
         * @return the attachment
         */
        public PerfEvent onCpu(int cpu) {
            return new PerfEvent(name, type, config, period, frequency, cpu, null);
        }

        /**
         * Returns the attachment to one process or thread, on whatever CPU it runs.
         *
         * @param id id of the process or thread
         * @return the attachment
         */
        public PerfEvent ofThread(int id) {
            return new PerfEvent(name, type, config, period, frequency, null, id);
        }

        @Override
        public String target() {
            return "perf event " + name;
        }
    }
}
