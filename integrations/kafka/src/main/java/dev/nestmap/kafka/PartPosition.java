/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.UUID;

/**
 * The place of a part among all parts of its shipper. The numbers of a series are consecutive, and its parts are in one partition, in this
 * order. So a missing number is a lost part: somebody or something deleted it from Kafka. {@link SeenParts} finds missing numbers.
 *
 * @param shipper the transactional id of the shipper, {@code nestmap.MACHINE.NAME}
 * @param series a random number. A shipper begins a series with its first commit to a topic, and continues it after restarts, reboots and
 *     on another machine with the same name. It begins a second series in a topic if it has sent to another topic in between, if the topic
 *     was created again with fewer partitions, or if its markers were deleted. In the last case, maps that were committed at that time may be
 *     in both series
 * @param number 1, 2, 3, ...
 */
public record PartPosition(String shipper, UUID series, long number) {
    /** Returns the position of the next part. */
    PartPosition next() {
        return new PartPosition(shipper, series, number + 1);
    }
}
