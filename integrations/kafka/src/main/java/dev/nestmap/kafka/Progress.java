/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The statistics of a shipper. Its thread changes them, and any thread reads them. */
final class Progress {
    private volatile ShipperStatistics now = new ShipperStatistics(0, 0, 0, 0, 0, 0, 0, 0, null, null, null, false);

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
                Instant.now(),
                null,
                null,
                old.stopped());
    }

    void skipped(int maps) {
        ShipperStatistics old = now;
        now = copy(old, old.skipped() + maps, old.waitingMaps(), old.problem(), old.problemSince(), old.stopped());
    }

    void waiting(int maps) {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), maps, old.problem(), old.problemSince(), old.stopped());
    }

    /** Sets the problem. Returns whether it differs from the previous one. */
    boolean problem(String text) {
        ShipperStatistics old = now;
        Instant since = old.problemSince() == null ? Instant.now() : old.problemSince();
        now = copy(old, old.skipped(), old.waitingMaps(), text, since, old.stopped());
        return !text.equals(old.problem());
    }

    void solved() {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), null, null, old.stopped());
    }

    void stopped() {
        ShipperStatistics old = now;
        now = copy(old, old.skipped(), old.waitingMaps(), old.problem(), old.problemSince(), true);
    }

    private static ShipperStatistics copy(
            ShipperStatistics old,
            long skipped,
            int waiting,
            @Nullable String problem,
            @Nullable Instant since,
            boolean stopped) {
        return new ShipperStatistics(
                old.transactions(),
                old.maps(),
                old.messages(),
                old.entries(),
                old.bytes(),
                old.inexactMaps(),
                skipped,
                waiting,
                old.lastCommit(),
                problem,
                since,
                stopped);
    }
}
