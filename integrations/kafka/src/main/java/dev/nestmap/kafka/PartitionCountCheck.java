/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Checks that the topic of the entries has the number of partitions that consumers expect. If partitions are added, messages of a key go to
 * another partition. A consumer that keeps sums for each partition would then have two sums for the key.
 */
final class PartitionCountCheck {
    private final String topic;

    /** The number in the options or, without it, the number that was found first; 0 while neither is known. */
    private int expected;

    private final boolean given;

    PartitionCountCheck(ShipperOptions options) {
        this.topic = options.topic();
        this.expected = options.partitions();
        this.given = expected > 0;
    }

    /** Remembers the number of the last commit, unless the options set one. */
    void learn(@Nullable CommitMarker last) {
        if (expected == 0 && last != null && last.topic().equals(topic)) {
            expected = last.partitions();
        }
    }

    /** Throws if the topic has another number of partitions than expected. */
    void require(int found) {
        if (expected == 0) {
            expected = found;
        }
        if (found == expected) {
            return;
        }
        if (given) {
            throw new ShippingException(
                    "topic " + topic + " has " + found + " partitions, and the options of the shipper expect "
                            + expected + ". Change the number in withPartitions, or the partitions of the topic");
        }
        throw new ShippingException("topic " + topic + " has " + found + " partitions, and had " + expected
                + " when this shipper last committed. Messages of a key would go to another partition than before, and a consumer with"
                + " sums for each partition would have two sums for the key. If all consumers can handle that, start the shippers with"
                + " withPartitions(" + found + "). Otherwise let them send to a new topic");
    }
}
