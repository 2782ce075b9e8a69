/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.examples.fleet.NextFleet.FlowKey;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartPosition;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Streams adds each part to the totals once. */
class TotalsTopologyTest {
    private static final Instant BEGIN = Instant.parse("2026-11-21T10:00:00Z");

    private final List<Part<Long, Flow>> parts = new ArrayList<>();

    /** The number of the last part of each machine. */
    private final Map<String, Long> numbers = new HashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // by BeforeEach
    private TopologyTestDriver driver;

    @SuppressWarnings("NullAway.Init") // by BeforeEach
    private TestInputTopic<byte[], byte[]> topic;

    @BeforeEach
    void start() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "totals");
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0); // a cache keeps minutes that have ended
        driver =
                new TopologyTestDriver(TotalsTopology.of("flows", (name, bytes) -> parts.get(bytes[0])), config, BEGIN);
        topic = driver.createInputTopic("flows", new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    /** Adds the next part of a machine, with one packet. */
    private void ship(String machine, long tenant, Instant takenOut, Instant append) throws UnknownHostException {
        ship(machine, numbers.merge(machine, 1L, Long::sum), tenant, takenOut, append);
    }

    private void ship(String machine, long number, long tenant, Instant takenOut, Instant append)
            throws UnknownHostException {
        Inet4Address address = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        MapIdentity map = new MapIdentity(
                machine, new UUID(1, 2), parts.size(), takenOut, "tenant", ByteString.ofHex("00000000"));
        Flow flow = new Flow(new FlowKey(address, address, 1, 1), 1, 10, 0);
        PartPosition position = new PartPosition("nestmap." + machine + ".tenant", new UUID(3, 4), number);
        parts.add(new Part<>(map, tenant, Map.of(), position, 1, 1, false, 0, List.of(flow)));
        topic.pipeInput(new byte[0], new byte[] {(byte) (parts.size() - 1)}, append);
    }

    private Map<String, Long> totals() {
        Map<String, Long> totals = new HashMap<>();
        try (KeyValueIterator<String, Sum> all =
                driver.<String, Sum>getKeyValueStore(TotalsTopology.STORE).all()) {
            all.forEachRemaining(sum -> totals.put(sum.key, sum.value.packets()));
        }
        return totals;
    }

    private Map<Instant, Long> minutes() {
        Map<Instant, Long> minutes = new HashMap<>();
        try (KeyValueIterator<Windowed<String>, Sum> all =
                driver.<String, Sum>getWindowStore(TotalsTopology.MINUTES).all()) {
            all.forEachRemaining(sum -> minutes.merge(sum.key.window().startTime(), sum.value.packets(), Long::sum));
        }
        return minutes;
    }

    /** No key is in every part, so no task adds all of them. */
    @Test
    void noKeyIsInEveryPart() throws UnknownHostException {
        for (int i = 0; i < 20; i++) {
            ship("node-" + i % 4, i % 5, BEGIN, BEGIN);
        }

        assertThat(totals())
                .hasSize(4 + 5)
                .allSatisfy((key, packets) -> assertThat(packets).isLessThanOrEqualTo(5));
        assertThat(Totals.of(Map.of("machine/a", sum(2), "machine/b", sum(3), "tenant/1", sum(5)), new TreeMap<>())
                        .overall())
                .isEqualTo(sum(5));
    }

    private static Sum sum(long packets) {
        return new Sum(packets, 0, true, BEGIN);
    }

    @Test
    void minutesEndAndTotalsStay() throws UnknownHostException {
        ship("node-1", 1, BEGIN, BEGIN);
        ship("node-1", 2, BEGIN.plusSeconds(59), BEGIN.plusSeconds(60));
        assertThat(minutes()).isEqualTo(Map.of(BEGIN, 2L));

        Instant later = BEGIN.plus(TotalsTopology.LATEST).plus(Duration.ofMinutes(5));
        ship("node-1", 1, later, later);
        ship("node-2", 1, BEGIN, later); // too late for its minute

        assertThat(minutes()).isEqualTo(Map.of(later, 1L));
        assertThat(totals()).containsEntry("machine/node-1", 3L).containsEntry("machine/node-2", 1L);
    }

    @Test
    void aClockThatIsAheadEndsNoMinutes() throws UnknownHostException {
        ship("node-1", 1, BEGIN, BEGIN);
        ship("node-2", 1, BEGIN.plus(Duration.ofDays(3650)), BEGIN.plusSeconds(1));

        assertThat(minutes()).isEqualTo(Map.of(BEGIN, 2L));
    }

    /** Whether the sums are exact, and the number of packets in them. */
    private String read() {
        Map<String, Sum> store = new HashMap<>();
        SortedMap<String, Sum> minutes = new TreeMap<>();
        try (KeyValueIterator<String, Sum> all = driver.<String, Sum>getKeyValueStore(TotalsTopology.STORE)
                        .all();
                KeyValueIterator<Windowed<String>, Sum> windows = driver.<String, Sum>getWindowStore(
                                TotalsTopology.MINUTES)
                        .all()) {
            all.forEachRemaining(sum -> store.put(sum.key, sum.value));
            windows.forEachRemaining(
                    window -> minutes.merge(window.key.window().startTime().toString(), window.value, Sum::plus));
        }
        Totals totals = Totals.of(store, minutes);
        StringBuilder text = new StringBuilder();
        totals.machines().forEach((name, sum) -> text.append(name).append(sum.exact() ? " exact, " : " at least, "));
        boolean tenants = totals.tenants().values().stream().allMatch(Sum::exact);
        boolean ofMinutes = totals.minutes().values().stream().allMatch(Sum::exact);
        assertThat(ofMinutes).isEqualTo(tenants);
        assertThat(totals.overall().exact()).isEqualTo(tenants);
        return text
                + (tenants ? "tenants exact: " : "tenants at least: ")
                + totals.overall().packets();
    }

    /** Also over a restart: the position is in a store of Kafka. */
    @Test
    void aMissingPartMakesLowerBounds() throws UnknownHostException {
        ship("node-1", 1, 1, BEGIN, BEGIN);
        ship("node-2", 1, 2, BEGIN, BEGIN);
        ship("node-1", 2, 1, BEGIN, BEGIN);
        assertThat(read()).isEqualTo("node-1 exact, node-2 exact, tenants exact: 3");

        ship("node-1", 4, 1, BEGIN, BEGIN);
        ship("node-1", 5, 1, BEGIN, BEGIN);

        assertThat(read()).isEqualTo("node-1 at least, node-2 exact, tenants at least: 5");
    }

    @Test
    void partsThatWereDeletedBeforeTheStartAreMissing() throws UnknownHostException {
        ship("node-1", 7, 1, BEGIN, BEGIN);

        assertThat(read()).isEqualTo("node-1 at least, tenants at least: 1");
    }

    /** A copy of a shipper's directory sends its files again. */
    @Test
    void countsNoPartTwice() throws UnknownHostException {
        for (int number : new int[] {1, 2, 3, 3, 2, 4}) {
            ship("node-1", number, 1, BEGIN.plusSeconds(number), BEGIN.plusSeconds(number));
        }
        assertThat(read()).isEqualTo("node-1 exact, tenants exact: 4");
    }
}
