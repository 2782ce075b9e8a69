/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

/** What perf events can do here, for tests of other packages. */
public final class PerfEventProbe {
    private PerfEventProbe() {}

    /** Whether an event says how many were lost when it is read. */
    public static boolean countsLosses() {
        int event = PerfBuffer.event(0, PerfBuffer.Losses.COUNTED);
        if (event >= 0) {
            Native.libc().close(event);
        }
        return event >= 0;
    }
}
