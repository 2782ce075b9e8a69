/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records the statistics of a shipper. Its thread changes them, and any thread reads them. */
final class ShipperStatisticsRecorder {
    private long transactions;
    private long maps;
    private long messages;
    private long entries;
    private long bytes;
    private long inexactMaps;
    private long skipped;
    private int waitingMaps;
    private long waitingBytes;
    private long spooledBytes;

    /** By {@link System#nanoTime}, as the next one. */
    private @Nullable Long lastCommit;

    private long lastRound = System.nanoTime();
    private @Nullable String problem;
    private @Nullable Instant problemSince;

    /** The problem with each map that fails while others go, in the order in which they failed first. */
    private final Map<UnshippedMap, String> mapProblems = new LinkedHashMap<>();

    private @Nullable Instant mapProblemSince;
    private boolean stopped;

    synchronized ShipperStatistics now() {
        return new ShipperStatistics(
                transactions,
                maps,
                messages,
                entries,
                bytes,
                inexactMaps,
                skipped,
                waitingMaps,
                mapProblems.size(),
                waitingBytes,
                spooledBytes,
                lastCommit == null ? null : age(lastCommit),
                age(lastRound),
                problem == null ? mapProblem() : problem,
                problem == null ? mapProblemSince : problemSince,
                stopped);
    }

    private static Duration age(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    synchronized void committed(TransactionalProducer.Sent sent, int number) {
        transactions++;
        maps += number;
        messages += sent.messages();
        entries += sent.entries();
        bytes += sent.bytes();
        inexact(sent.inexactMaps());
        lastCommit = System.nanoTime();
        solved();
    }

    synchronized void inexact(long number) {
        inexactMaps += number;
    }

    synchronized void skipped(int number) {
        skipped += number;
    }

    /** Sets the number of waiting maps and their memory in bytes. */
    synchronized void waiting(int number, long memory) {
        waitingMaps = number;
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

    /** Sets the problem. Returns whether it differs from the previous one. */
    synchronized boolean problem(String text) {
        boolean isOther = !text.equals(problem);
        problem = text;
        problemSince = problemSince == null ? Instant.now() : problemSince;
        return isOther;
    }

    synchronized void solved() {
        problem = null;
        problemSince = null;
    }

    /** Sets the problem with a map that fails while others go. Returns it with its consequences. */
    synchronized String failing(UnshippedMap map, String text) {
        mapProblems.put(map, text);
        mapProblemSince = mapProblemSince == null ? Instant.now() : mapProblemSince;
        return withConsequences(text);
    }

    /** Sets the maps that still fail after some of them were sent. */
    synchronized void failing(Set<UnshippedMap> rest) {
        mapProblems.keySet().retainAll(rest);
        if (mapProblems.isEmpty()) {
            mapProblemSince = null;
        }
    }

    /** Returns the problem with the map that has failed longest; null if none fails. */
    private @Nullable String mapProblem() {
        return mapProblems.values().stream()
                .findFirst()
                .map(this::withConsequences)
                .orElse(null);
    }

    private String withConsequences(String text) {
        return text + ". The shipper continues with the other keys, and tries again. " + mapProblems.size()
                + " maps fail. They wait, and programs continue to count for their keys, as long as the maps in the slots have room";
    }

    synchronized void stopped() {
        stopped = true;
    }
}
