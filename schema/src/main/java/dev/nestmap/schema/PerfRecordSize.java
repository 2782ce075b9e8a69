/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * The size of an event in a buffer of a PERF_EVENT_ARRAY: {@code struct perf_event_header}, a length, and the event, padded to a
 * multiple of 8 bytes ({@code perf_prepare_sample} in kernel/events/core.c). The kernel does not keep the length that the program passed.
 */
public final class PerfRecordSize {
    /** Size of {@code struct perf_event_header}. */
    public static final int HEAD = 8;

    /** Size of the {@code __u32} before the event. */
    public static final int LENGTH = 4;

    /**
     * The longest event. The header has 16 bits for the size of the record, and the kernel truncates a larger size silently. Measured on
     * Linux 6.18: an event of 65517 bytes gives a record of size 0.
     */
    public static final int LONGEST_EVENT = 65_516;

    /** Size of the record that reports lost events. The kernel writes it before the next event. */
    private static final int LOST = 24;

    private static final int STEP = 8;

    private PerfRecordSize() {}

    /** The size in bytes that the kernel reports for an event, including the padding. */
    public static long reportedSize(long event) {
        return size(event) - HEAD - LENGTH;
    }

    /**
     * The smallest buffer for an event, in bytes. The buffer also has room for the record that reports lost events, and for the one byte
     * that the kernel never fills.
     */
    public static long leastBuffer(long event) {
        return LOST + size(event) + 1;
    }

    /** The size in bytes of an event with its header and length in the buffer. */
    public static long size(long event) {
        return HEAD + (event + LENGTH + STEP - 1) / STEP * STEP;
    }
}
