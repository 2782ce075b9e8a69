/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.lang.System.Logger.Level;

/** Receives the messages of a build. */
@FunctionalInterface
public interface BuildLog {
    /**
     * Receives a message: {@link Level#INFO} for progress, {@link Level#WARNING} for something that is probably wrong and does not fail the
     * build, {@link Level#ERROR} for an error. The build fails after all errors have been reported.
     *
     * @param message may have several lines, for example the source line of a compiler error
     */
    void log(Level level, String message);

    /** Reports progress. */
    default void info(String message) {
        log(Level.INFO, message);
    }

    /** Reports something that is probably wrong. */
    default void warn(String message) {
        log(Level.WARNING, message);
    }

    /** Reports an error. */
    default void error(String message) {
        log(Level.ERROR, message);
    }
}
