/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

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
 * @param lastCommit when the last transaction was committed; null if none was
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
        @Nullable Instant lastCommit,
        @Nullable String problem,
        @Nullable Instant problemSince,
        boolean stopped) {}
