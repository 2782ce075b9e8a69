/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Opens perf events ({@code struct perf_event_attr} of {@code linux/perf_event.h}), and attaches programs to them. Kprobes, uprobes and
 * tracepoints are also perf events.
 */
public final class PerfEventOpener {
    public static final int ANY = -1;
    public static final int PERF_TYPE_TRACEPOINT = 2;

    /** Includes {@code config2}. */
    private static final int SIZE = 72;

    private static final int SIZE_AT = 4;
    private static final int CONFIG_AT = 8;
    private static final int SAMPLE_PERIOD_AT = 16;
    private static final int SAMPLE_TYPE_AT = 24;
    private static final int READ_FORMAT_AT = 32;
    private static final int FLAGS_AT = 40;
    private static final int WAKEUP_EVENTS_AT = 48;
    private static final int CONFIG1_AT = 56;
    private static final int CONFIG2_AT = 64;

    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final long PERF_COUNT_SW_BPF_OUTPUT = 10;
    private static final long PERF_SAMPLE_RAW = 1 << 10;
    private static final long PERF_FORMAT_LOST = 1 << 4;

    /** The bit-field {@code freq}. */
    private static final long FREQ = 1 << 10;

    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final int NO_GROUP = -1;

    /** Offset of the cookie in {@code union bpf_attr}. */
    private static final int COOKIE_AT = 16;

    private final OffHeapBlock attr = OffHeapBlock.allocate(SIZE);

    /** The name of a probe, to which the struct points. */
    private @Nullable OffHeapBlock name;

    public PerfEventOpener(int type, long config) {
        attr.bytes().putInt(0, type);
        attr.bytes().putInt(SIZE_AT, SIZE);
        attr.bytes().putLong(CONFIG_AT, config);
    }

    /**
     * Opens an event for the records that programs write on a CPU with {@code bpf_perf_event_output}. Reading the event returns the number of
     * lost records.
     *
     * @return its file descriptor or a negative errno: {@code ENODEV} if the CPU is offline
     */
    public static int openOutput(int cpu) {
        PerfEventOpener opener = new PerfEventOpener(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_BPF_OUTPUT).period(1);
        opener.attr.bytes().putLong(SAMPLE_TYPE_AT, PERF_SAMPLE_RAW);
        opener.attr.bytes().putLong(READ_FORMAT_AT, PERF_FORMAT_LOST);
        opener.attr.bytes().putInt(WAKEUP_EVENTS_AT, 1);
        return opener.open(ANY, cpu);
    }

    /** The number that {@code perf_event_open} takes for a process or CPU, or for any of them if it is null. */
    public static int idOrAny(@Nullable Integer id) {
        return id == null ? ANY : id;
    }

    /** Sets the number of events from one sample to the next. */
    public PerfEventOpener period(long events) {
        attr.bytes().putLong(SAMPLE_PERIOD_AT, events);
        return this;
    }

    /** Sets the number of samples per second. */
    public PerfEventOpener frequency(long perSecond) {
        attr.bytes().putLong(SAMPLE_PERIOD_AT, perSecond);
        attr.bytes().putLong(FLAGS_AT, FREQ);
        return this;
    }

    /** Sets the name and the offset of a probe. */
    public PerfEventOpener probe(String function, long offset) {
        OffHeapBlock memory = OffHeapBlock.ofString(function);
        name = memory;
        attr.bytes().putLong(CONFIG1_AT, memory.address());
        attr.bytes().putLong(CONFIG2_AT, offset);
        return this;
    }

    /** Opens the event. Returns its file descriptor, or a negative errno. */
    public int open(int pid, int cpu) {
        try {
            int fd = attr.call(
                    address -> SystemCallWrappers.perfEventOpen(address, pid, cpu, NO_GROUP, PERF_FLAG_FD_CLOEXEC));
            return fd < 0 ? -NativeLibraries.lastErrno() : fd;
        } finally {
            Reference.reachabilityFence(name);
        }
    }

    /**
     * Attaches a program to an open event, by the program's file descriptor, and closes the event's descriptor, because the link keeps the
     * event open.
     *
     * @return the file descriptor of the link, or a negative errno
     */
    public static int link(int program, int event, long cookie) {
        try (Descriptor open = new Descriptor(event)) {
            return LinkCalls.creation(program, open.fd(), AttachType.PERF_EVENT.number())
                    .setLong(COOKIE_AT, cookie)
                    .run();
        }
    }
}
