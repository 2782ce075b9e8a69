/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records the statistics of a shipper. Its thread changes them, and any thread reads them. */
final class ShipperStatisticsRecorder {
    private long transactions;
    private long maps;
    private long messages;
    private long entries;
    private long bytes;
    private long inexactMaps;
    private int waitingMaps;
    private long waitingBytes;
    private long spooledBytes;

    /** By {@link System#nanoTime}, as the next one. */
    private @Nullable Long lastCommit;

    private long lastRound = System.nanoTime();

    /** Why maps can't be taken out or written to files; null if they can. */
    private @Nullable String rotationProblem;

    /** Why files can't be sent; null if they can. */
    private @Nullable String sendingProblem;

    private @Nullable Instant problemSince;
    private int failingMaps;
    private boolean stopped;

    synchronized ShipperStatistics now() {
        return new ShipperStatistics(
                transactions,
                maps,
                messages,
                entries,
                bytes,
                inexactMaps,
                waitingMaps,
                failingMaps,
                waitingBytes,
                spooledBytes,
                lastCommit == null ? null : age(lastCommit),
                age(lastRound),
                rotationProblem == null
                        ? sendingProblem
                        : rotationProblem + (sendingProblem == null ? "" : "; and " + sendingProblem),
                problemSince,
                stopped);
    }

    private static Duration age(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    synchronized void committed(SpoolFile file) {
        transactions++;
        maps += file.name().maps();
        messages += file.name().messages();
        entries += file.head().entries();
        bytes += file.head().bytes();
        inexactMaps += file.head().inexactMaps();
        lastCommit = System.nanoTime();
    }

    synchronized void inexact(long number) {
        inexactMaps += number;
    }

    /** Sets the number of waiting maps, how many of them fail, and the memory of all in bytes. */
    synchronized void waiting(int number, int failing, long memory) {
        waitingMaps = number;
        failingMaps = failing;
        waitingBytes = memory;
    }

    /** Sets the size of the spool in bytes. */
    synchronized void spooled(long size) {
        spooledBytes = size;
    }

    /** Sets the beginning of the last complete round. */
    synchronized void round(long began) {
        lastRound = began;
    }

    /** Sets the problem with maps; null if there is none. Returns it, or null if it is the previous one. */
    synchronized @Nullable String rotating(@Nullable String text) {
        String before = rotationProblem;
        rotationProblem = text;
        return changed(before, text);
    }

    /** Sets the problem with Kafka; null if there is none. Returns it, or null if it is the previous one. */
    synchronized @Nullable String sending(@Nullable String text) {
        String before = sendingProblem;
        sendingProblem = text;
        return changed(before, text);
    }

    private @Nullable String changed(@Nullable String before, @Nullable String text) {
        boolean isSolved = rotationProblem == null && sendingProblem == null;
        problemSince = isSolved ? null : problemSince == null ? Instant.now() : problemSince;
        return text == null || text.equals(before) ? null : text;
    }

    /** Logs a problem, unless it is null, and its cause. */
    static void log(String id, @Nullable String text, Throwable cause) {
        if (text != null) {
            ShipperLog.log(System.Logger.Level.WARNING, "shipper " + id + ": " + text, null);
        }
        ShipperLog.log(System.Logger.Level.DEBUG, "shipper " + id + " failed", cause);
    }

    synchronized void stopped() {
        stopped = true;
    }
}
