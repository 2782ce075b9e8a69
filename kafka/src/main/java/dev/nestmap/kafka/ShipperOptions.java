/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.MapIdentity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Shipper} sends drained maps, and when it rotates.
 *
 * @param topic topic of the entries; it may have any number of partitions
 * @param markerTopic compacted topic with one partition, in which the shippers of all machines remember what they have committed. By
 *     default the name of the topic and {@code -markers}
 * @param machine name of the machine, which no other machine has; null for the content of {@code /etc/machine-id}
 * @param name name of the outer map among those that this machine ships to the marker topic; null for its name in C
 * @param partitions number of partitions that the topic must have; 0 by default, for the number that it had when this shipper last
 *     committed. Kafka chooses the partition of a message by its key and this number
 * @param format format of the messages; {@link MessageFormat#BINARY} by default
 * @param interval time between rotations, more than zero; 10 seconds by default
 * @param maxEntries number of entries at which an inner map is rotated before its interval is over, 1 or more; {@link Long#MAX_VALUE} by
 *     default. The shipper then counts the entries of all inner maps every second
 * @param partBytes largest size of a message in bytes, 1000 or more; 900,000 by default, which fits Kafka's default limits
 * @param mapsAtOnce largest number of maps that are taken out and not yet committed, 1 or more; 1000 by default. They are the memory
 *     that the shipper adds to that of the maps in slots
 * @param exactness whether a rotation fails where exact counts can't be guaranteed
 */
public record ShipperOptions(
        String topic,
        String markerTopic,
        @Nullable String machine,
        @Nullable String name,
        int partitions,
        MessageFormat format,
        Duration interval,
        long maxEntries,
        int partBytes,
        int mapsAtOnce,
        Exactness exactness) {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
    private static final int DEFAULT_PART_BYTES = 900_000;
    private static final int LEAST_PART_BYTES = 1000;
    private static final int DEFAULT_MAPS = 1000;

    /**
     * Checks the numbers.
     *
     * @param topic topic of the entries
     * @param markerTopic topic of the markers
     * @param machine name of the machine, or null
     * @param name name of the outer map, or null
     * @param partitions 0 or more
     * @param format format of the messages
     * @param interval more than zero
     * @param maxEntries 1 or more
     * @param partBytes 1000 or more
     * @param mapsAtOnce 1 or more
     * @param exactness whether a rotation fails where exact counts can't be guaranteed
     * @throws IllegalArgumentException if a number is out of range, or if both topics are the same
     */
    public ShipperOptions {
        if (topic.equals(markerTopic)) {
            throw new IllegalArgumentException(
                    "topic " + topic + " can't be the topic of the markers too: name another one with withMarkerTopic");
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval " + interval + ": use a positive one");
        }
        require(partitions, 0, "partitions");
        require(maxEntries, 1, "entries");
        require(partBytes, LEAST_PART_BYTES, "bytes for a message");
        require(mapsAtOnce, 1, "maps at once");
    }

    /**
     * Returns the default options for a topic.
     *
     * @param topic topic of the entries
     * @return the options
     */
    public static ShipperOptions to(String topic) {
        return new ShipperOptions(
                topic,
                topic + "-markers",
                null,
                null,
                0,
                MessageFormat.BINARY,
                DEFAULT_INTERVAL,
                Long.MAX_VALUE,
                DEFAULT_PART_BYTES,
                DEFAULT_MAPS,
                Exactness.EXACT);
    }

    /**
     * Returns options with another topic of markers.
     *
     * @param other the topic, which is compacted and has one partition
     * @return new options
     */
    public ShipperOptions withMarkerTopic(String other) {
        return new ShipperOptions(
                topic,
                other,
                machine,
                name,
                partitions,
                format,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with a name for the machine, for example that of the Kubernetes node. Needed in containers, which have no
     * {@code /etc/machine-id} or share one.
     *
     * @param other a name that no other machine has and that stays the same when the machine is started again
     * @return new options
     */
    public ShipperOptions withMachine(String other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                other,
                name,
                partitions,
                format,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with another name for the outer map. Needed if two outer maps of a machine have the same name in C and the same
     * topic of markers.
     *
     * @param other the name
     * @return new options
     */
    public ShipperOptions withName(String other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                other,
                partitions,
                format,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with a number of partitions. Without it, a shipper sends nothing more if partitions were added to the topic: messages
     * of a key then go to another partition than before. Use it after you have made sure that all consumers can handle that.
     *
     * @param other number of partitions that the topic must have; 0 for the number that it had at the last commit
     * @return new options
     * @throws IllegalArgumentException if the number is negative
     */
    public ShipperOptions withPartitions(int other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                other,
                format,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with another format of messages.
     *
     * @param other {@link MessageFormat#JSON} for consumers that are not written in Java
     * @return new options
     */
    public ShipperOptions withFormat(MessageFormat other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                other,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with another interval.
     *
     * @param other more than zero
     * @return new options
     * @throws IllegalArgumentException if the interval is not positive
     */
    public ShipperOptions withInterval(Duration other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                format,
                other,
                maxEntries,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options that also rotate an inner map when it has many entries.
     *
     * @param other number of entries, 1 or more
     * @return new options
     * @throws IllegalArgumentException if the number is less than 1
     */
    public ShipperOptions withMaxEntries(long other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                format,
                interval,
                other,
                partBytes,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with another size of messages. A map with more entries is sent in several messages.
     *
     * @param other largest number of bytes, 1000 or more
     * @return new options
     * @throws IllegalArgumentException if the number is less than 1000
     */
    public ShipperOptions withPartBytes(int other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                format,
                interval,
                maxEntries,
                other,
                mapsAtOnce,
                exactness);
    }

    /**
     * Returns options with another number of maps that are taken out at once.
     *
     * @param other 1 or more
     * @return new options
     * @throws IllegalArgumentException if the number is less than 1
     */
    public ShipperOptions withMapsAtOnce(int other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                format,
                interval,
                maxEntries,
                partBytes,
                other,
                exactness);
    }

    /**
     * Returns options with another exactness.
     *
     * @param other {@link Exactness#BEST_EFFORT} to rotate even where counts may be lost
     * @return new options
     */
    public ShipperOptions withExactness(Exactness other) {
        return new ShipperOptions(
                topic,
                markerTopic,
                machine,
                name,
                partitions,
                format,
                interval,
                maxEntries,
                partBytes,
                mapsAtOnce,
                other);
    }

    /** Returns the name of the machine. */
    String machineName() {
        return machine == null ? MapIdentity.machineId() : machine;
    }

    private static void require(long number, long least, String what) {
        if (number < least) {
            throw new IllegalArgumentException(number + " " + what + ": use " + least + " or more");
        }
    }
}
