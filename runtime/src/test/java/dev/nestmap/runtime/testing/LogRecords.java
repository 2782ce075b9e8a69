/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.log.WarningLogs;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Collects what a logger logs, instead of printing it, until it is closed. */
public final class LogRecords extends Handler implements AutoCloseable {
    private final Logger logger;
    private final int failing;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    private LogRecords(Logger logger, int failing) {
        this.logger = logger;
        this.failing = failing;
    }

    /** Starts to collect. The runtime logs its next warnings at once, as if there had been none before. */
    public static LogRecords of(String logger) {
        return of(logger, null, 0);
    }

    /** Collects records of all levels. */
    public static LogRecords ofAllLevels(String logger) {
        return of(logger, Level.ALL, 0);
    }

    /** The same, but fails at the line with this number, like a handler whose disk is full. The first line is 1. */
    public static LogRecords failingAt(int line, String logger) {
        return of(logger, Level.ALL, line);
    }

    private static LogRecords of(String logger, @Nullable Level level, int failing) {
        WarningLogs.clear();
        LogRecords records = new LogRecords(Logger.getLogger(logger), failing);
        records.logger.setLevel(level);
        records.logger.addHandler(records);
        records.logger.setUseParentHandlers(false);
        return records;
    }

    /** The messages of the runtime while an action runs. */
    public static List<String> during(Runnable action) {
        try (LogRecords records = of("dev.nestmap.runtime")) {
            action.run();
            return records.messages();
        }
    }

    /** The records so far, in their order. */
    public List<LogRecord> list() {
        return records;
    }

    /** The messages of the records so far. */
    public List<String> messages() {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    /** The only message so far. */
    public String only() {
        assertThat(records).hasSize(1);
        return records.get(0).getMessage();
    }

    /** Waits for a message with this text. There may be others, about what earlier tests of this VM have forgotten and the collector finds now. */
    public void await(String text) {
        Await.until("a line with: " + text, () -> messages().stream().anyMatch(message -> message.contains(text)));
    }

    /** Whether there was the line at which it fails. */
    public boolean hasFailed() {
        return records.size() >= failing;
    }

    @Override
    public synchronized void publish(LogRecord log) {
        records.add(log);
        if (records.size() == failing) {
            throw new IllegalStateException("the log's disk is full, at line " + failing + ": " + log.getMessage());
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
