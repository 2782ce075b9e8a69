/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records the statistics of a shipper. Its thread changes them, and any thread reads them. */
final class ShipperStatisticsRecorder {
    private final String id;
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

    private final Map<Work, String> problems = new EnumMap<>(Work.class);
    private @Nullable Instant problemSince;
    private int failingMaps;
    private boolean stopped;

    /** What the two threads of a shipper do. */
    enum Work {
        /** Takes maps out and writes them to files. */
        ROTATE,
        /** Sends the files. */
        SEND
    }

    /** @param id the shipper, for the log */
    ShipperStatisticsRecorder(String id) {
        this.id = id;
    }

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
                problems.isEmpty() ? null : String.join("; and ", problems.values()),
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

    /**
     * Sets the problem of a thread, and logs it if it is not the previous one.
     *
     * @param text null if there is none
     */
    void problem(Work work, @Nullable String text, @Nullable Throwable cause) {
        if (isNew(work, text)) {
            ShipperLog.warn("shipper " + id + ": " + text, null);
        }
        if (cause != null) {
            ShipperLog.debug("shipper " + id + " failed", cause);
        }
    }

    private synchronized boolean isNew(Work work, @Nullable String text) {
        String before = text == null ? problems.remove(work) : problems.put(work, text);
        problemSince = problems.isEmpty() ? null : problemSince == null ? Instant.now() : problemSince;
        return text != null && !text.equals(before);
    }

    synchronized void stopped() {
        stopped = true;
    }
}
