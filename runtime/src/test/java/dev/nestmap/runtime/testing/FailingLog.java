/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.log.WarningLogs;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A log handler that fails at one line, like one whose disk is full, until it is closed. It prints nothing. */
public final class FailingLog extends Handler implements AutoCloseable {
    private final Logger logger;
    private final int failing;
    private int lines;

    private FailingLog(Logger logger, int failing) {
        this.logger = logger;
        this.failing = failing;
    }

    /**
     * Lets a logger fail. The runtime logs its next warnings at once, as if there had been none before.
     *
     * @param line the number of the line, the first is 1
     */
    public static FailingLog of(String logger, int line) {
        WarningLogs.clear();
        FailingLog failing = new FailingLog(Logger.getLogger(logger), line);
        failing.setLevel(Level.ALL);
        failing.logger.setLevel(Level.ALL);
        failing.logger.addHandler(failing);
        failing.logger.setUseParentHandlers(false);
        return failing;
    }

    /** Whether there was this line. */
    public synchronized boolean hasFailed() {
        return lines >= failing;
    }

    @Override
    public synchronized void publish(LogRecord log) {
        if (++lines == failing) {
            throw new IllegalStateException("the log's disk is full, at line " + lines + ": " + log.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(null);
        logger.setUseParentHandlers(true);
    }
}
