/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ReadableAccessor;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Rotates the inner maps of an outer map and sends the entries of each drained map to Apache Kafka, each exactly once.
 *
 * <p>The entries of drained maps go in one transaction with a marker that names the maps. Only after the commit are the maps closed. A map
 * that is pinned outlives the process in between; the next shipper finds it, and skips it if the last committed marker names it. So no
 * count is lost or doubled, whenever this process or Kafka ends.
 *
 * <p>While Kafka can't be reached, the shipper takes no more maps out, and programs continue to count in the maps that are in slots.
 * Besides those, the shipper keeps at most {@link ShipperOptions#withMapsAtOnce} maps. {@link #statistics} and the logger {@code
 * dev.nestmap.kafka} report why.
 *
 * <p>Only one shipper may run for an outer map. Kafka ends the transactions of another one on this machine with the same name.
 *
 * @param <K> type of the outer map's keys
 */
public final class Shipper<K> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ShippingLoop<K> loop;
    private final Thread thread;
    private final String id;
    private final StatisticsBean bean;

    private Shipper(ShippingLoop<K> loop, String name, String id) {
        this.loop = loop;
        this.id = id;
        this.bean = new StatisticsBean(this, id);
        this.thread = new Thread(loop, "nestmap-shipper-" + name);
        thread.setDaemon(true);
    }

    /**
     * Starts a shipper. It works on a thread of its own, and need not reach Kafka yet.
     *
     * @param outer the outer map; pinned, if its counts are to survive the end of the process
     * @param kafka configuration of the Kafka clients: {@code bootstrap.servers}, security, {@code compression.type}. The shipper sets
     *     {@code transactional.id} and the serializers itself
     * @param options where to send the entries, and when to rotate
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <M> type of borrowed handles to inner maps
     * @param <O> type of handles to inner maps that the shipper owns
     * @return the shipper
     * @throws IllegalArgumentException if Kafka's clients reject the configuration, if it has a {@code transactional.id} or no {@code
     *     bootstrap.servers}, or if Kafka does not allow the name of the topic of markers
     * @throws dev.nestmap.runtime.error.BpfException if the options name no machine, and {@code /etc/machine-id} has no id
     */
    public static <K, E, M extends ReadableAccessor<?, E>, O extends ReadableAccessor<?, E> & OwnedMap>
            Shipper<K> start(OuterAccessor<K, M, O> outer, Map<String, ?> kafka, ShipperOptions options) {
        return start(outer, kafka, options, null);
    }

    /**
     * Starts a shipper that also sends how many inserts into each map failed. It works on a thread of its own, and need not reach Kafka
     * yet.
     *
     * @param outer the outer map; pinned, if its counts are to survive the end of the process
     * @param kafka configuration of the Kafka clients: {@code bootstrap.servers}, security, {@code compression.type}. The shipper sets
     *     {@code transactional.id} and the serializers itself
     * @param options where to send the entries, and when to rotate
     * @param lostInserts where programs count inserts that failed; null if they do not count them
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <M> type of borrowed handles to inner maps
     * @param <O> type of handles to inner maps that the shipper owns
     * @return the shipper
     * @throws IllegalArgumentException if Kafka's clients reject the configuration, if it has a {@code transactional.id} or no {@code
     *     bootstrap.servers}, or if Kafka does not allow the name of the topic of markers
     * @throws dev.nestmap.runtime.error.BpfException if the options name no machine, and {@code /etc/machine-id} has no id
     */
    public static <K, E, M extends ReadableAccessor<?, E>, O extends ReadableAccessor<?, E> & OwnedMap>
            Shipper<K> start(
                    OuterAccessor<K, M, O> outer,
                    Map<String, ?> kafka,
                    ShipperOptions options,
                    @Nullable LostInserts lostInserts) {
        String machine = options.machineName();
        String name = options.name() == null ? outer.name() : options.name();
        String id = "nestmap." + machine + "." + name;
        Shipper<K> shipper = new Shipper<>(
                new ShippingLoop<>(
                        new DrainSource<>(outer, options.uncheckedRotation(), machine, lostInserts),
                        outer.layout(),
                        outer.layoutText(),
                        PartWriter.of(outer, options),
                        new ClientConfig(kafka, id),
                        options),
                name,
                id);
        shipper.thread.start();
        return shipper;
    }

    /**
     * Rotates all inner maps now, and waits until everything that was counted before this call is committed.
     *
     * @param timeout how long to wait
     * @return false if it was not committed in time, or if the shipper has stopped; the counts are shipped later then
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean ship(Duration timeout) throws InterruptedException {
        return loop.schedule().requestRound(timeout);
    }

    /**
     * Takes the inner map at a key out of the outer map, without loss of counts: its entries are shipped, soon after this call. Does
     * nothing if there is no inner map.
     *
     * @param key the key
     * @throws IllegalArgumentException if the outer map can't have such a key
     * @throws dev.nestmap.runtime.error.BpfException if the outer map can't be read
     */
    public void remove(K key) {
        loop.remove(key);
    }

    /** {@return the transactional id: {@code nestmap.}, the machine and the name, with points between} */
    public String id() {
        return id;
    }

    /** {@return what the shipper has done so far, and what keeps it from going on} */
    public ShipperStatistics statistics() {
        return loop.progress().now();
    }

    /**
     * Stops the shipper. Waits for the transaction in progress. If Kafka does not answer, waits at most as long as one call may wait for
     * Kafka (10 seconds by default). Maps that are not committed stay pinned, so that the next process ships them. To ship what was
     * counted before, call {@link #ship} first. Does nothing if the shipper is already closed.
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
            loop.abandonSession();
        } catch (KafkaException e) {
            // The next owner of the transactional id ends the transaction.
        }
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        bean.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
