/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.internal.log.WarningLog;
import org.jspecify.annotations.Nullable;

/** The log of the shippers. Throws nothing, because an exception would end the work of a shipper between two steps that belong together. */
final class ShipperLog {
    private static final WarningLog LOG = WarningLog.of("dev.nestmap.kafka");

    private ShipperLog() {}

    static void warn(String message, @Nullable Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, message, cause);
    }

    /** Logs a warning that may come again and again, but not more than once a minute for each subject. */
    static void warnRepeatedly(String subject, String message, Throwable cause) {
        LOG.warn(subject, message, cause);
    }

    static void debug(String message, @Nullable Throwable cause) {
        LOG.log(System.Logger.Level.DEBUG, message, cause);
    }
}
