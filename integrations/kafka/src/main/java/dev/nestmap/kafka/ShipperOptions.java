/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The destination and the schedule of a {@link Shipper}. Instances are immutable: each {@code with} method returns a new one. */
public final class ShipperOptions {
    private static final int LEAST_SPOOL_BYTES = 1_000_000;

    /** The names that Kafka allows. */
    private static final Pattern TOPIC = Pattern.compile("(?!\\.\\.?$)[a-zA-Z0-9._-]{1,249}");

    final String topic;
    // Changed only by `changed`, in a copy that nobody else has yet.
    private @Nullable String markerTopic;
    private @Nullable String machine;

    @Nullable
    String name;

    Duration interval = Duration.ofSeconds(10);
    Duration leastRetention = Duration.ofDays(1);
    boolean acceptsUnpinnedMap;
    private @Nullable SpoolDirectory spool;

    /** The directory of a {@link Spool}, and its largest size. */
    record SpoolDirectory(Path path, long mostBytes) {}

    private ShipperOptions(String topic) {
        this.topic = topic;
    }

    /**
     * Returns the default options for a topic.
     *
     * @param topic topic of the entries; it may have any number of partitions, and each shipper writes to one of them
     * @return the options
     * @throws IllegalArgumentException if Kafka does not allow the name, or if it begins with {@code nestmap-markers-}, the prefix of topics of
     *     markers
     */
    public static ShipperOptions to(String topic) {
        requireName("the topic of the entries", topic, "");
        if (topic.startsWith(CommitMarker.TOPIC_PREFIX)) {
            throw new IllegalArgumentException(
                    "topic " + topic + " can't have entries: consumers ignore topics that begin with "
                            + CommitMarker.TOPIC_PREFIX + ", because these have markers");
        }
        return new ShipperOptions(topic);
    }

    /**
     * Returns options with a different topic of markers, in which the shippers of this machine remember their commits. By default, each
     * machine has its own topic: {@code nestmap-markers-MACHINE}. A shipper creates the topic if it does not exist. At its start, a shipper
     * reads the whole topic. If a fleet is too large for a topic per machine, up to 1,000 machines may share one.
     *
     * <p>Ship everything before you change this option: the shipper does not find markers in the previous topic.
     *
     * @param other the topic, which must be compacted and have one partition. Its name begins with {@code nestmap-markers-}, so that no
     *     consumer takes markers for entries
     * @return new options
     * @throws IllegalArgumentException if the name begins with something else
     */
    public ShipperOptions withMarkerTopic(String other) {
        if (!other.startsWith(CommitMarker.TOPIC_PREFIX)) {
            throw new IllegalArgumentException("the topic of markers " + other + ": begin its name with "
                    + CommitMarker.TOPIC_PREFIX + ", so that no consumer takes markers for entries");
        }
        return changed(copy -> copy.markerTopic = other);
    }

    /**
     * Returns options with a name for the machine, for example the name of the Kubernetes node. The default is {@link MapIdentity#machineId}.
     * Containers need this option, because they have no {@code /etc/machine-id} or share one.
     *
     * @param other a unique name that stays the same when the machine restarts
     * @return new options
     */
    public ShipperOptions withMachine(String other) {
        return changed(copy -> copy.machine = other);
    }

    /**
     * Returns options with a different name for the outer map. The default is its name in C. Use it if two outer maps of a machine have the
     * same name in C.
     *
     * @param other the name
     * @return new options
     */
    public ShipperOptions withName(String other) {
        return changed(copy -> copy.name = other);
    }

    /**
     * Returns options with a different time between rotations; 10 seconds by default.
     *
     * @param other more than zero
     * @return new options
     * @throws IllegalArgumentException if the interval is not positive
     */
    public ShipperOptions withInterval(Duration other) {
        if (other.isNegative() || other.isZero()) {
            throw new IllegalArgumentException("interval " + other + ": use a positive one");
        }
        return changed(copy -> copy.interval = other);
    }

    /**
     * Returns options that set how long Kafka has to keep entries at least. The default is a day. If {@code retention.ms} of the topic is
     * shorter, the shipper sends nothing, and reports this problem. To read {@code retention.ms}, it needs the right
     * DescribeConfigs.
     *
     * @param other the least time, which has to be longer than the longest outage of a consumer
     * @return new options
     */
    public ShipperOptions withLeastRetention(Duration other) {
        return changed(copy -> copy.leastRetention = other);
    }

    /**
     * Returns options that accept an outer map without a pin. Counts that are not in a file end with the process.
     *
     * @return new options
     */
    public ShipperOptions withUnpinnedMap() {
        return changed(copy -> copy.acceptsUnpinnedMap = true);
    }

    /**
     * Returns options with a directory for files, which each shipper needs. A file has the counts from the rotation until Kafka has them.
     * Files survive the end of the process and a reboot, and each file is sent exactly once.
     *
     * <p>Once the files have the largest size, the shipper reports a problem, and takes out no maps until it has sent some files. Before you
     * change the topic or the name, let the shipper send all files. To change the directory, end the process and move the directory with all
     * its files. In an empty directory, the shipper would leave a number out, as if counts were missing.
     *
     * @param directory a directory on a disk, which no other shipper uses; the shipper creates it
     * @param mostBytes largest size of the files that Kafka does not have yet, including damaged ones; 1 MB or more. The newest file also
     *     stays when Kafka has it, until the next file is on the disk
     * @return new options
     * @throws IllegalArgumentException if the size is less than 1,000,000
     */
    public ShipperOptions withSpool(Path directory, long mostBytes) {
        require(mostBytes, LEAST_SPOOL_BYTES, "bytes for the spool");
        return changed(copy -> copy.spool = new SpoolDirectory(directory, mostBytes));
    }

    private ShipperOptions changed(Consumer<ShipperOptions> change) {
        ShipperOptions copy = new ShipperOptions(topic);
        copy.markerTopic = markerTopic;
        copy.machine = machine;
        copy.name = name;
        copy.interval = interval;
        copy.leastRetention = leastRetention;
        copy.acceptsUnpinnedMap = acceptsUnpinnedMap;
        copy.spool = spool;
        change.accept(copy);
        return copy;
    }

    String markerTopic() {
        String name = markerTopic == null ? CommitMarker.TOPIC_PREFIX + machineName() : markerTopic;
        requireName(
                "the topic of the markers",
                name,
                ". Choose another name for the machine with withMachine, or for the topic with withMarkerTopic");
        return name;
    }

    /** Returns the name of the machine. */
    String machineName() {
        return machine == null ? MapIdentity.machineId() : machine;
    }

    /**
     * Returns the directory of the files.
     *
     * @throws IllegalArgumentException if there is none
     */
    SpoolDirectory spool() {
        if (spool == null) {
            throw new IllegalArgumentException(
                    "the options name no directory for the counts that Kafka doesn't have yet: name one with withSpool. It must survive the process");
        }
        return spool;
    }

    private static void requireName(String what, String name, String remedy) {
        if (!TOPIC.matcher(name).matches()) {
            throw new IllegalArgumentException(what + ": \"" + name
                    + "\" is not a valid name of a topic: use at most 249 ASCII letters, digits, dots, hyphens and underscores"
                    + remedy);
        }
    }

    private static void require(long number, long least, String what) {
        if (number < least) {
            throw new IllegalArgumentException(number + " " + what + ": use " + least + " or more");
        }
    }
}
