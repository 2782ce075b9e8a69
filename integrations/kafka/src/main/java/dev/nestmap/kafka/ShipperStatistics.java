/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The work of a {@link Shipper} since its start, and its current problem.
 *
 * @param transactions number of committed transactions
 * @param maps number of drained maps in them
 * @param messages number of messages in these transactions: one for each row
 * @param entries number of entries in these messages; an entry of a per-CPU map has a row for each CPU that has counted
 * @param bytes size of these rows in files, in bytes
 * @param inexactMaps number of drained maps whose entries are a lower bound, because inserts of programs failed or may have failed. The number also
 *     includes maps in damaged files, and other losses for which the shipper has left a number out ({@link RowPosition})
 * @param waitingMaps number of displaced maps that are not in a file
 * @param failingMaps number of waiting maps that can't be read. The shipper tries to read these maps again, and does not rotate their keys until it
 *     succeeds. It continues with the other keys
 * @param waitingBytes estimated memory of the waiting maps ({@link dev.nestmap.runtime.MapAccessor#memoryBytes})
 * @param spooledBytes size of the files that Kafka does not have yet, including damaged ones
 * @param commitAge time since the last commit; null if there was none
 * @param roundAge time since the start of the last complete round, or of the shipper if no round is complete. All counts from before are
 *     committed, or in damaged files. A round is not complete if a map fails
 * @param problem the problem that prevents shipping all or some maps, for users; null if there is none
 * @param problemSince beginning of the problem; null if there is none
 * @param stopped whether the shipper has ended, because it or the outer map was closed
 */
public record ShipperStatistics(
        long transactions,
        long maps,
        long messages,
        long entries,
        long bytes,
        long inexactMaps,
        int waitingMaps,
        int failingMaps,
        long waitingBytes,
        long spooledBytes,
        @Nullable Duration commitAge,
        Duration roundAge,
        @Nullable String problem,
        @Nullable Instant problemSince,
        boolean stopped) {
    /**
     * Returns whether to restart the process, for systemd's watchdog or a liveness probe. True if the shipper has stopped. Also true if it seems to
     * hang: for longer than the limit, it has completed no round, committed no transaction and reported no problem. False while Kafka is unreachable,
     * because a new process could not ship either. Also false while the shipper catches up with many files.
     *
     * @param limit longest time for an interval and the round after it
     * @return true if a new process may help
     */
    public boolean needsRestart(Duration limit) {
        boolean hangs = roundAge.compareTo(limit) > 0 && (commitAge == null || commitAge.compareTo(limit) > 0);
        return stopped || (problem == null && hangs);
    }
}
