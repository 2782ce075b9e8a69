/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

/** Access to the runtime's log of warnings. */
public final class WarningLogs {
    private WarningLogs() {}

    /** Forgets earlier warnings, which would delay those that a test expects. */
    public static void clear() {
        WarningLog.RUNTIME.clear();
        WarningLog.LIBBPF.clear();
    }
}
