/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Shipper} has done since it was started, and what keeps it from going on.
 *
 * @param transactions number of committed transactions
 * @param maps number of drained maps in them
 * @param messages number of messages with entries in them; a map without entries has none
 * @param entries number of entries in these messages
 * @param bytes size of these messages in bytes, before compression
 * @param inexactMaps number of drained maps whose entries are a lower bound, because programs failed, or may have failed, to insert
 *     entries ({@link Part#isExact})
 * @param skipped number of recovered maps that an earlier process had committed and not closed
 * @param waitingMaps number of maps that are taken out and not committed
 * @param waitingBytes memory that the kernel uses for these maps, estimated ({@link dev.nestmap.runtime.MapAccessor#memoryBytes})
 * @param lastCommit when the last transaction was committed; null if none was
 * @param lastRound when the last complete round began: everything that was counted before it is committed. When the shipper was started, if
 *     no round is complete
 * @param problem what keeps the shipper from shipping, for users; null if nothing does
 * @param problemSince since when; null if there is no problem
 * @param stopped whether the shipper has ended: it was closed, or the problem is one that it must not go on with
 */
public record ShipperStatistics(
        long transactions,
        long maps,
        long messages,
        long entries,
        long bytes,
        long inexactMaps,
        long skipped,
        int waitingMaps,
        long waitingBytes,
        @Nullable Instant lastCommit,
        Instant lastRound,
        @Nullable String problem,
        @Nullable Instant problemSince,
        boolean stopped) {
    /**
     * Whether to start the process again, for systemd's watchdog or a liveness probe: the shipper has stopped, or it has neither completed
     * a round nor reported a problem for too long. While Kafka is away this is false, because a new process could not ship either.
     *
     * @param limit how long a round may take, with the interval before it
     * @return true if a new process may help
     */
    public boolean needsRestart(Duration limit) {
        return stopped || (problem == null && lastRound.plus(limit).isBefore(Instant.now()));
    }
}
