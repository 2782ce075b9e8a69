/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.BoundMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Rotates the inner maps of an outer map and sends the entries of each drained map to Apache Kafka, each exactly once.
 *
 * <p>A shipper writes the entries to a file in the directory of {@link ShipperOptions#withSpool} and acknowledges the maps. It then sends the
 * file in a transaction, together with a marker that names the file. If the process is killed, the pinned maps and the files survive. The
 * next shipper finds them, and skips the files that the markers name. So no count is lost or doubled, whenever this process or Kafka ends.
 *
 * <p>If counts are lost nevertheless, for example by a reboot, the shipper {@linkplain RowPosition leaves a number out}. Consumers then know that the
 * totals are lower bounds. To end without a gap, detach the programs, call {@link #shipLast}, and then {@link #close}.
 *
 * <p>The shipper rotates in its interval even if Kafka can't be reached. {@link #statistics} and the logger {@code dev.nestmap.kafka} report
 * problems.
 *
 * <p>Only one shipper may run for an outer map. It also ships maps that wait. To remove the map of a key without loss of counts, {@code take}
 * the map and close the ticket: the shipper ships it.
 *
 * @param <K> type of the outer map's keys
 */
public final class Shipper<K> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A name without white space and control characters, which would forge lines of logs and tables. */
    private static final Pattern NAME = Pattern.compile("[^\\p{C}\\p{Z}]{0,500}");

    private final ShippingSchedule schedule;
    private final ShipperStatisticsRecorder progress;
    private final Spool spool;
    private final SendingLoop sending;
    private final List<Thread> threads;
    private final String id;
    private final ShipperOptions options;

    private <M extends ReadableAccessor<?, ?>> Shipper(
            OuterAccessor<K, M> outer,
            UUID boot,
            RowWriter writer,
            ClientConfig config,
            String name,
            ShipperOptions options) {
        this.id = config.id;
        this.options = options;
        this.schedule = new ShippingSchedule(options);
        this.progress = new ShipperStatisticsRecorder(id);
        this.spool = new Spool(options.spool(), id, boot, progress);
        this.sending = new SendingLoop(spool, config, options, schedule, progress);
        RotationLoop<K, M> rotation = new RotationLoop<>(outer, spool, writer, boot, options, schedule, progress);
        this.threads =
                List.of(new Thread(rotation, "nestmap-shipper-" + name), new Thread(sending, "nestmap-sender-" + name));
        threads.forEach(thread -> thread.setDaemon(true));
        try {
            threads.forEach(Thread::start);
        } catch (Throwable e) { // for example, the process has no room for a thread
            close();
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
     *     bootstrap.servers}, if Kafka does not allow the name of the topic of markers, if two fields would be the same column, or if the options
     *     name no directory. Also if the outer map is not pinned and the options don't accept that
     * @throws dev.nestmap.runtime.error.BpfException if the options name no machine, and {@code /etc/machine-id} has no id
     */
    public static <K, E, M extends ReadableAccessor<?, E>> Shipper<K> start(
            OuterAccessor<K, M> outer, Map<String, ?> kafka, ShipperOptions options) {
        BoundMap map = Bindings.ofOuterMap(outer);
        if (!map.isPinned() && !options.acceptsUnpinnedMap) {
            throw new IllegalArgumentException("map " + outer.name()
                    + " is not pinned, so counts that are not in a file yet are lost when this process ends: declare @OuterMap(pin = ...), or"
                    + " accept the loss with ShipperOptions.withUnpinnedMap()");
        }
        String machine = options.machineName();
        String name = options.name == null ? outer.name() : options.name;
        String id = id(machine, name);
        if (!isName(id)) {
            throw new IllegalArgumentException(
                    "the name of the shipper is \"" + id
                            + "\": use no white space, no control characters and at most 500 characters in withMachine and withName");
        }
        options.markerTopic(); // throws here if Kafka does not allow its name
        options.spool(); // or if there is none
        ClientConfig config = new ClientConfig(kafka, id);
        RowWriter writer = new RowWriter(outer, machine, name);
        map.nameMachine(machine); // last: a shipper that does not start renames no other's rows
        map.keepIds(); // a map that another program has drained does not come back
        return new Shipper<>(outer, map.bootId(), writer, config, name, options);
    }

    /**
     * Rotates all inner maps now, and waits until all counts from before this call are committed.
     *
     * @param timeout longest time to wait
     * @return false if the counts were not committed in time, or if the shipper has stopped; the counts are then shipped later. Also false
     *     while the directory has a damaged file ({@code *.damaged}), whose counts will never be committed: move the file to another
     *     directory
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean ship(Duration timeout) throws InterruptedException {
        return schedule.requestRound(timeout, false) && !spool.hasDamaged();
    }

    /**
     * Does the same as {@link #ship}, and then sends a row that says that the counts of this machine are complete. First detach the program, or end
     * the traffic. After this call, a reboot loses no counts, nor does the end of maps without pins or the loss of the directory. While a pinned link
     * keeps counting, call {@link #ship} instead. Otherwise, a reboot would lose the counts after the last rotation, but totals would still be
     * regarded as complete. If something counts again, later rows show it.
     *
     * @param timeout longest time to wait
     * @return false as for {@link #ship}
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean shipLast(Duration timeout) throws InterruptedException {
        return schedule.requestRound(timeout, true) && !spool.hasDamaged();
    }

    /** Returns the transactional id. */
    static String id(String machine, String name) {
        return "nestmap." + machine + "." + name;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** {@return the transactional id: {@code nestmap.MACHINE.NAME}} */
    public String id() {
        return id;
    }

    /** {@return the time between rotations} */
    public Duration interval() {
        return options.interval;
    }

    /** {@return the largest size of the {@linkplain ShipperOptions#withSpool files} that are not in Kafka, in bytes} */
    public long spoolLimit() {
        return options.spool().mostBytes();
    }

    /** {@return the work of the shipper so far, and its current problem} */
    public ShipperStatistics statistics() {
        return progress.now();
    }

    /**
     * Stops the shipper after the transaction in progress. If Kafka does not answer, waits at most as long as one call may wait for Kafka (10
     * seconds by default). Files that Kafka does not have yet stay for the next process. To ship all counts first, call {@link #ship}. Does
     * nothing if the shipper is closed.
     */
    @Override
    public void close() {
        schedule.stop();
        spool.stop();
        threads.forEach(thread -> UninterruptibleWait.await(() -> thread.join(PATIENCE.toMillis())));
        sending.abandonProducer();
        threads.forEach(thread -> UninterruptibleWait.await(thread::join));
        spool.close();
    }
}
