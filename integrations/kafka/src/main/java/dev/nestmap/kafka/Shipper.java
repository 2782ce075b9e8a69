/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.internal.binding.Bindings;
import dev.nestmap.runtime.internal.binding.BoundMap;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/**
 * Rotates the inner maps of an outer map and sends the entries of each drained map to Apache Kafka, each exactly once.
 *
 * <p>A shipper sends the entries in a transaction, together with a marker that names the maps, and acknowledges the maps after the commit. If the
 * process is killed in between, pinned maps survive: the next shipper finds them, and skips those that the last committed marker names. So
 * no count is lost or doubled, whenever this process or Kafka ends.
 *
 * <p>While Kafka can't be reached, programs continue to count in the maps in slots, and the shipper keeps at most {@link
 * ShipperOptions#withMapsAtOnce} maps that it has taken out. With {@link ShipperOptions#withSpool}, it continues to rotate, and writes the entries
 * to files, which survive a reboot. {@link #statistics} and the logger {@code dev.nestmap.kafka} report the
 * problem.
 *
 * <p>Only one shipper may run for an outer map. Kafka ends the transactions of an earlier shipper with the same name on this machine.
 *
 * @param <K> type of the outer map's keys
 */
public final class Shipper<K> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ShippingLoop<K> loop;
    private final Thread thread;
    private final String id;
    private final ShipperOptions options;
    private final StatisticsBean bean;

    private Shipper(ShippingLoop<K> loop, String name, String id, ShipperOptions options) {
        this.loop = loop;
        this.id = id;
        this.options = options;
        this.thread = new Thread(loop, "nestmap-shipper-" + name);
        thread.setDaemon(true);
        this.bean = new StatisticsBean(this, id);
        try {
            thread.start();
        } catch (Throwable e) { // such as an OutOfMemoryError, if the process has no room for a thread
            bean.close();
            throw e;
        }
    }

    /**
     * Starts a shipper on a separate thread. Kafka may be unreachable at this time.
     *
     * @param outer the outer map; pin it if its counts must survive the end of the process
     * @param kafka configuration of the Kafka clients: {@code bootstrap.servers}, security, {@code compression.type} ({@code gzip} by
     *     default). The shipper sets {@code transactional.id} and the serializers itself
     * @param options where to send the entries, and when to rotate
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <M> type of handles to inner maps
     * @return the shipper
     * @throws IllegalArgumentException if Kafka's clients reject the configuration, if it has a {@code transactional.id} or no {@code
     *     bootstrap.servers}, if Kafka does not allow the name of the topic of markers, or if the outer map is not pinned and the options
     *     don't accept that
     * @throws dev.nestmap.runtime.error.BpfException if the options name no machine, and {@code /etc/machine-id} has no id
     */
    public static <K, E, M extends ReadableAccessor<?, E>> Shipper<K> start(
            OuterAccessor<K, M, ?> outer, Map<String, ?> kafka, ShipperOptions options) {
        return start(outer, kafka, options, key -> Map.of());
    }

    /**
     * Starts a shipper that adds labels to each part, such as the pod or the tenant of a key. Consumers find them in {@link Part#labels}, in
     * the field {@code labels} of JSON, and in headers of the Kafka message: {@code nestmap.label.NAME}. Labels are not a part of a map's
     * identity: a map that is sent again may have others.
     *
     * @param outer the outer map; pin it if its counts must survive the end of the process
     * @param kafka configuration of the Kafka clients
     * @param options where to send the entries, and when to rotate
     * @param labels turns a key into labels, on the shipper's thread, when the inner map is taken out. If it throws, the part has no labels
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <M> type of handles to inner maps
     * @return the shipper
     * @throws IllegalArgumentException as without labels
     * @throws dev.nestmap.runtime.error.BpfException if the options name no machine, and {@code /etc/machine-id} has no id
     */
    public static <K, E, M extends ReadableAccessor<?, E>> Shipper<K> start(
            OuterAccessor<K, M, ?> outer,
            Map<String, ?> kafka,
            ShipperOptions options,
            Function<? super K, Map<String, String>> labels) {
        BoundMap map = Bindings.ofOuterMap(outer);
        if (!map.isPinned() && !options.acceptsUnpinnedMap()) {
            throw new IllegalArgumentException("map " + outer.name()
                    + " is not pinned, so the counts that are not committed end with this process: declare"
                    + " @OuterMap(pin = ...), or accept it with ShipperOptions.withUnpinnedMap()");
        }
        String machine = options.machineName();
        map.nameMachine(machine);
        String name = options.name() == null ? outer.name() : options.name();
        String id = "nestmap." + machine + "." + name;
        if (!PartHeader.isName(id)) {
            throw new IllegalArgumentException(
                    "the name of the shipper is \"" + id
                            + "\": use no white space, no control characters and at most 500 characters in withMachine and withName");
        }
        Shipper<K> shipper = new Shipper<>(
                new ShippingLoop<>(
                        new DrainedMapSource<>(outer, options.uncheckedRotation(), labels),
                        outer.expert().layoutText(),
                        PartWriter.of(outer, options),
                        new MarkerKey(id, map.bootId(), outer.id()),
                        new ClientConfig(kafka, id),
                        options),
                name,
                id,
                options);
        return shipper;
    }

    /**
     * Rotates all inner maps now, and waits until all counts from before this call are committed.
     *
     * @param timeout longest time to wait
     * @return false if the counts were not committed in time, or if the shipper has stopped; they are shipped later. If Kafka can't be reached,
     *     they are in the {@linkplain ShipperOptions#withSpool spool} soon
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean ship(Duration timeout) throws InterruptedException {
        return loop.schedule().requestRound(timeout);
    }

    /**
     * Takes the inner map at a key out of the outer map and ships its entries soon after this call, without loss of counts. Does nothing if
     * there is no inner map.
     *
     * @param key the key
     * @throws IllegalArgumentException if the outer map can't have such a key
     * @throws dev.nestmap.runtime.error.BpfException if the outer map can't be read
     */
    public void remove(K key) {
        loop.remove(key);
    }

    /** {@return the transactional id: {@code nestmap.MACHINE.NAME}} */
    public String id() {
        return id;
    }

    /** {@return the time between rotations} */
    public Duration interval() {
        return options.interval();
    }

    /** {@return the largest size of the {@linkplain ShipperOptions#withSpool spool} in bytes; 0 without one} */
    public long spoolLimit() {
        ShipperOptions.SpoolDirectory spool = options.spool();
        return spool == null ? 0 : spool.mostBytes();
    }

    /** {@return the work of the shipper so far, and its current problem} */
    public ShipperStatistics statistics() {
        return loop.progress().now();
    }

    /**
     * Stops the shipper after the transaction in progress. If Kafka does not answer, waits at most as long as one call may wait for Kafka
     * (10 seconds by default). Maps that are not committed stay pinned for the next process. To ship all counts first, call {@link #ship}.
     * Does nothing if the shipper is closed.
     */
    @Override
    public void close() {
        loop.schedule().stop();
        boolean interrupted = false;
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        try {
            loop.abandonProducer();
        } catch (KafkaException e) {
            // The next owner of the transactional id ends the transaction.
        }
        UninterruptibleWait.await(thread::join);
        bean.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
