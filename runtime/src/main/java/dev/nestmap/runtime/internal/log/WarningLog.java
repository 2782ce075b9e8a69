/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs warnings that may repeat thousands of times: one line a minute for each subject, and for at most {@value #MOST_SUBJECTS} subjects. No
 * method throws what a log handler throws, because most lines are about something that has happened already, and an exception would say that
 * it has not.
 */
public final class WarningLog {
    /** The log of the runtime. */
    public static final WarningLog RUNTIME = of("dev.nestmap.runtime");

    /** The log of libbpf's lines. */
    public static final WarningLog LIBBPF = of("dev.nestmap.libbpf");

    static final int MOST_SUBJECTS = 100;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final System.Logger logger;
    private final LongSupplier nanoTime;

    /** When the last line about each subject was logged, for a minute. */
    private final Map<String, Long> recent = new ConcurrentHashMap<>();

    WarningLog(System.Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
    }

    /** Returns a log with a name. */
    public static WarningLog of(String name) {
        return new WarningLog(System.getLogger(name), System::nanoTime);
    }

    /**
     * Logs a warning, unless there was a line about its subject within a minute.
     *
     * @param message the whole message
     */
    public void warn(String subject, String message) {
        warn(subject, message, null);
    }

    /** Does the same, with the stack trace of the cause. */
    public void warn(String subject, String message, @Nullable Throwable cause) {
        long now = nanoTime.getAsLong();
        recent.values().removeIf(logged -> now - logged >= MINUTE_NANOS);
        if (recent.size() < MOST_SUBJECTS && recent.putIfAbsent(subject, now) == null) {
            log(System.Logger.Level.WARNING, message, cause);
        }
    }

    /** Logs a line. */
    public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            logger.log(level, () -> message, cause);
        } catch (Throwable e) {
            // The failure of a log can't be logged.
        }
    }

    /** Forgets earlier warnings, so that the next is logged at once. */
    void clear() {
        recent.clear();
    }
}
