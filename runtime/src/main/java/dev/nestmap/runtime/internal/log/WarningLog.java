/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Logs warnings that may repeat thousands of times. It logs the first warning about a subject at once. It counts further warnings for a
 * minute and logs them as one line with the last message. This repeats until a minute passes without a warning. Of many subjects, it logs
 * {@value #MOST_SUBJECTS} in a minute, and counts the warnings about the others together.
 */
public final class WarningLog {
    /** The log of the runtime. */
    public static final WarningLog RUNTIME = of("dev.nestmap.runtime");

    /** The log of libbpf's lines. */
    public static final WarningLog LIBBPF = of("dev.nestmap.libbpf");

    static final int MOST_SUBJECTS = 100;

    private static final String OTHER_SUBJECTS = "other subjects";

    private final System.Logger logger;
    private final Executor afterOneMinute;
    private final Map<String, Repeats> recent = new ConcurrentHashMap<>();
    private final Set<String> informed = ConcurrentHashMap.newKeySet();

    /**
     * The warnings about one subject since the last logged line.
     *
     * @param message the message of the last one
     */
    private record Repeats(int count, String message) {}

    WarningLog(System.Logger logger, Executor afterOneMinute) {
        this.logger = logger;
        this.afterOneMinute = afterOneMinute;
    }

    /** Returns a log with a name. */
    public static WarningLog of(String name) {
        return new WarningLog(System.getLogger(name), CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES));
    }

    /**
     * Logs or counts a warning. Throws nothing, even if a log handler does or memory is short: most warnings are about something that has
     * happened already, and an exception would say that it has not.
     *
     * @param subject the subject of the warning: warnings with one subject are counted together
     * @param message the whole message
     * @param cause logged with the first warning
     */
    public void warn(String subject, String message, @Nullable Throwable cause) {
        try {
            boolean isOneTooMany = recent.size() >= MOST_SUBJECTS && !recent.containsKey(subject);
            String counted = isOneTooMany ? OTHER_SUBJECTS : subject;
            Repeats repeats = recent.compute(
                    counted, (same, before) -> new Repeats(before == null ? 0 : before.count() + 1, message));
            if (repeats.count() == 0) {
                logRepeatsLater(counted);
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

    private void logRepeatsLater(String subject) {
        boolean isPlanned = false;
        try {
            afterOneMinute.execute(() -> logRepeats(subject));
            isPlanned = true;
        } finally {
            if (!isPlanned) {
                recent.remove(subject); // otherwise its warnings would be counted for ever, and never logged
            }
        }
    }

    private void logRepeats(String subject) {
        // Without repeats the subject is removed, so that its next warning is logged at once.
        Repeats[] logged = {null};
        recent.computeIfPresent(subject, (same, repeats) -> {
            logged[0] = repeats;
            return repeats.count() == 0 ? null : new Repeats(0, repeats.message());
        });
        Repeats repeats = logged[0];
        if (repeats != null && repeats.count() > 0) {
            logRepeatsLater(subject);
            log(
                    System.Logger.Level.WARNING,
                    repeats.count()
                            + (repeats.count() == 1 ? " more warning" : " more warnings") + " about " + subject
                            + " in the last minute; the last one: " + repeats.message(),
                    null);
        }
    }

    /** Forgets earlier warnings and information, so that the next is logged at once. */
    void clear() {
        recent.clear();
        informed.clear();
    }
}
