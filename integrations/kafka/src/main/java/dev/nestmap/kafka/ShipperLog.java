/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.jspecify.annotations.Nullable;

/** The log of the shippers. Throws nothing, because an exception would end the work of a shipper between two steps that belong together. */
final class ShipperLog {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.kafka");

    private ShipperLog() {}

    static void warn(String message, @Nullable Throwable cause) {
        log(System.Logger.Level.WARNING, message, cause);
    }

    static void warn(String message) {
        warn(message, null);
    }

    static void debug(String message, @Nullable Throwable cause) {
        log(System.Logger.Level.DEBUG, message, cause);
    }

    private static void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            LOGGER.log(level, () -> message, cause);
        } catch (Throwable e) {
            // For example, the disk of the log is full. There is nowhere to report it.
        }
    }
}
