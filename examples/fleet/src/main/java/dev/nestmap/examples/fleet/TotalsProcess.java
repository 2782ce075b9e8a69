/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.kafka.PartDeserializer;
import dev.nestmap.kafka.UnreadablePartException;
import dev.nestmap.runtime.pin.Migration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;

/** Adds up the counts of all machines with Kafka Streams, and serves the totals. It keeps them in Kafka, so it may be killed. */
final class TotalsProcess {
    private static final int HEAP = 200;

    /** The minutes that the page shows. */
    private static final Duration SHOWN = Duration.ofHours(1);

    /** Why the sums can't go on; null while they can. */
    private static volatile @Nullable String problem;

    private TotalsProcess() {}

    /** Starts the process. Its page is at this port of loopback. */
    static Child start(Path directory, String bootstrap, String topic, int port) throws IOException {
        return new Child(
                "totals",
                directory.resolve("totals.log"),
                List.of(),
                HEAP,
                TotalsProcess.class,
                bootstrap,
                topic,
                Integer.toString(port),
                directory.resolve("streams").toString());
    }

    /** Arguments: bootstrap servers, topic, port of the page, directory. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (NextFleetBpf records = NextFleetBpf.inMemory();
                KafkaStreams streams = new KafkaStreams(
                        TotalsTopology.of(
                                arguments[1],
                                PartDeserializer.of(records.tenant()).withMigration(Migration.ofRules())),
                        config(arguments[0], arguments[1], arguments[3]));
                TotalsServer server = new TotalsServer(Integer.parseInt(arguments[2]), () -> totals(streams))) {
            streams.setUncaughtExceptionHandler(TotalsProcess::react);
            streams.start();
            System.out.println("http://127.0.0.1:" + server.port());
            Parent.awaitEnd();
            streams.close(Duration.ofSeconds(10));
        }
    }

    private static Properties config(String bootstrap, String topic, String directory) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, topic + "-totals");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
        // A new process takes the place of the killed one at once, and Kafka does not wait for the end of its session.
        config.put(StreamsConfig.mainConsumerPrefix("group.instance.id"), "totals");
        return config;
    }

    /** A broker that is away is no reason to end, and a message that can't be read is: without it, the totals would be wrong. */
    private static StreamThreadExceptionResponse react(Throwable failure) {
        failure.printStackTrace(System.out);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnreadablePartException) {
                problem = "The totals have stopped: " + cause.getMessage();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** The messages that were committed and not yet read, by the metrics of Kafka's consumers. */
    private static long unread(KafkaStreams streams) {
        return (long) streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("records-lag"))
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .filter(lag -> lag > 0)
                .sum();
    }

    private static TotalsState totals(KafkaStreams streams) {
        String stopped = problem;
        if (stopped != null) {
            return TotalsState.problem(stopped);
        }
        Map<String, Sum> sums = new HashMap<>();
        SortedMap<String, Sum> minutes = new TreeMap<>();
        Instant now = Instant.now();
        try (KeyValueIterator<String, Sum> all = streams.store(StoreQueryParameters.fromNameAndType(
                                TotalsTopology.STORE, QueryableStoreTypes.<String, Sum>keyValueStore()))
                        .all();
                KeyValueIterator<Windowed<String>, Sum> windows = streams.store(StoreQueryParameters.fromNameAndType(
                                TotalsTopology.MINUTES, QueryableStoreTypes.<String, Sum>windowStore()))
                        .fetchAll(now.minus(SHOWN), now.plus(SHOWN))) {
            all.forEachRemaining(sum -> sums.put(sum.key, sum.value));
            windows.forEachRemaining(
                    window -> minutes.merge(window.key.window().startTime().toString(), window.value, Sum::plus));
        } catch (InvalidStateStoreException e) {
            return TotalsState.problem("The totals are being restored.");
        }
        return TotalsState.of(Totals.of(sums, minutes), unread(streams));
    }
}
