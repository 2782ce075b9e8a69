/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.UUID;

/**
 * The place of a part among all parts of its shipper, which identifies it: if a part comes again, it has the same place. The numbers of a series are
 * consecutive, and its parts are in one partition, in this order. So a missing number is a loss: something has deleted the part from Kafka, or its
 * counts did not get there. {@link SeenParts} finds missing numbers.
 *
 * @param shipper the transactional id of the shipper, {@code nestmap.MACHINE.NAME}
 * @param series a random number of the process that has taken the counts out
 * @param number 1, 2, 3, ... A series without the number 1 says that counts before it are missing
 */
public record PartPosition(String shipper, UUID series, long number) {
    /** Returns the position of a later part. */
    PartPosition plus(long parts) {
        return new PartPosition(shipper, series, number + parts);
    }
}
