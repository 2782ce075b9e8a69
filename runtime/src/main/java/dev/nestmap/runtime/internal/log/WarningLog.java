/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Logs warnings that may repeat thousands of times: in a minute, one about each subject, and about {@value #MOST_SUBJECTS} subjects. */
public final class WarningLog {
    /** The log of the runtime. */
    public static final WarningLog RUNTIME = of("dev.nestmap.runtime");

    /** The log of libbpf's lines. */
    public static final WarningLog LIBBPF = of("dev.nestmap.libbpf");

    static final int MOST_SUBJECTS = 100;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final System.Logger logger;
    private final LongSupplier nanoTime;

    /** When the last warning about a subject was logged. */
    private final Map<String, Long> recent = new ConcurrentHashMap<>();

    private final Set<String> informed = ConcurrentHashMap.newKeySet();

    WarningLog(System.Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
    }

    /** Returns a log with a name. */
    public static WarningLog of(String name) {
        return new WarningLog(System.getLogger(name), System::nanoTime);
    }

    /**
     * Logs a warning, unless one about the same subject was logged in the last minute. Throws nothing, even if a log handler does or memory is
     * short: most warnings are about something that has happened already, and an exception would say that it has not.
     *
     * @param message the whole message
     */
    public void warn(String subject, String message, @Nullable Throwable cause) {
        try {
            long now = nanoTime.getAsLong();
            recent.values().removeIf(logged -> now - logged >= MINUTE);
            if (recent.size() < MOST_SUBJECTS && recent.putIfAbsent(subject, now) == null) {
                log(System.Logger.Level.WARNING, message, cause);
            }
        } catch (Throwable e) {
            // For example, there is no memory.
        }
    }

    /** Logs a line. Throws nothing, like {@link #warn}. */
    public void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            logger.log(level, () -> message, cause);
        } catch (Throwable e) {
            // The failure of a log can't be logged.
        }
    }

    /**
     * Logs information, unless this process has logged some about the same subject before. Throws nothing, like {@link #warn}.
     *
     * @param subject the subject of the information; one of a limited number
     */
    public void informOnce(String subject, String message) {
        try {
            if (informed.add(subject)) {
                log(System.Logger.Level.INFO, message, null);
            }
        } catch (Throwable e) {
            // For example, there is no memory.
        }
    }

    /** Forgets earlier warnings and information, so that the next is logged at once. */
    void clear() {
        recent.clear();
        informed.clear();
    }
}
