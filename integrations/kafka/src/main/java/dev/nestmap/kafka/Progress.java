/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The statistics of a shipper. Its thread changes them, and any thread reads them. */
final class Progress {
    private volatile ShipperStatistics now =
            new ShipperStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, null, Instant.now(), null, null, false);

    ShipperStatistics now() {
        return now;
    }

    void committed(Shipment shipment, int maps) {
        ShipperStatistics old = now;
        now = new ShipperStatistics(
                old.transactions() + 1,
                old.maps() + maps,
                old.messages() + shipment.messages(),
                old.entries() + shipment.entries(),
                old.bytes() + shipment.bytes(),
                old.inexactMaps() + shipment.inexactMaps(),
                old.skipped(),
                old.waitingMaps(),
                old.waitingBytes(),
                Instant.now(),
                old.lastRound(),
                null,
                null,
                old.stopped());
    }

    void skipped(int maps) {
        ShipperStatistics old = now;
        now = copy(
                old,
                old.skipped() + maps,
                old.waitingMaps(),
                old.waitingBytes(),
                old.lastRound(),
                old.problem(),
                old.stopped());
    }

    /** Sets how many maps wait, and their memory in bytes. */
    void waiting(int maps, long bytes) {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), maps, bytes, old.lastRound(), old.problem(), old.stopped());
    }

    /** Sets when the last complete round began. */
    void round(Instant began) {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), old.waitingBytes(), began, old.problem(), old.stopped());
    }

    /** Sets the problem. Returns whether it differs from the previous one. */
    boolean problem(String text) {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), old.waitingBytes(), old.lastRound(), text, old.stopped());
        return !text.equals(old.problem());
    }

    void solved() {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), old.waitingBytes(), old.lastRound(), null, old.stopped());
    }

    void stopped() {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), old.waitingBytes(), old.lastRound(), old.problem(), true);
    }

    private static ShipperStatistics copy(
            ShipperStatistics old,
            long skipped,
            int waiting,
            long waitingBytes,
            Instant lastRound,
            @Nullable String problem,
            boolean stopped) {
        Instant since = old.problemSince() == null ? Instant.now() : old.problemSince();
        return new ShipperStatistics(
                old.transactions(),
                old.maps(),
                old.messages(),
                old.entries(),
                old.bytes(),
                old.inexactMaps(),
                skipped,
                waiting,
                waitingBytes,
                old.lastCommit(),
                lastRound,
                problem,
                problem == null ? null : since,
                stopped);
    }
}
