/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * What an event takes in a buffer of a PERF_EVENT_ARRAY: {@code struct perf_event_header}, a length, and the event, filled up to a
 * multiple of 8 bytes ({@code perf_prepare_sample} in kernel/events/core.c). The length that a program gave is not kept.
 */
public final class PerfRecord {
    /** {@code struct perf_event_header}. */
    public static final int HEAD = 8;

    /** The {@code __u32} before the event. */
    public static final int LENGTH = 4;

    /**
     * The longest event. The header has 16 bits for the size of the record; of a longer one the kernel cuts bits off, and says nothing.
     * Measured on Linux 6.18: 65517 bytes make a record of size 0.
     */
    public static final int LONGEST_EVENT = 65_516;

    /** How long the record is that tells of lost events, and stands before the next one. */
    private static final int LOST = 24;

    private static final int STEP = 8;

    private PerfRecord() {}

    /** How many bytes the kernel says that an event has. */
    public static long shownSize(long event) {
        return size(event) - HEAD - LENGTH;
    }

    /** The least buffer that has room for an event when some were lost before: of a buffer one byte stays free. */
    public static long leastBuffer(long event) {
        return LOST + size(event) + 1;
    }

    /** How many bytes of a buffer an event takes. */
    public static long size(long event) {
        return HEAD + (event + LENGTH + STEP - 1) / STEP * STEP;
    }
}
