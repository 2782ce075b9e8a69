/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two machines with one transactional id, in each order of commits, answers that are cut, and restarts: each map is in Kafka once. */
class ClonesTest {
    private static final String ID = "nestmap.machine.tenant";
    private static final int EVENTS = 4;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final CountMap.Owned anyMap = bpf.tenant().detached();

    @AfterEach
    void close() {
        anyMap.close();
        bpf.close();
    }

    /** What Kafka has: entries, and a compacted topic of markers. */
    private static final class Kafka {
        private final List<MapIdentity> entries = new ArrayList<>();
        private final Map<UUID, Long> numbers = new HashMap<>();
        private LastMarkers markers = UnshippedMapsTest.NO_MARKERS;
        private @Nullable Machine owner;

        private void commit(MarkerKey key, List<UnshippedMap> maps, CommitMarker marker) {
            maps.forEach(map -> entries.add(map.identity()));
            assertThat(marker.number()).isEqualTo(numbers.merge(marker.series(), (long) maps.size(), Long::sum));
            Map<MarkerKey, CommitMarker> byKey = new HashMap<>(markers.byKey());
            byKey.put(key, marker);
            markers = new LastMarkers(byKey, marker);
        }
    }

    private enum Answer {
        COMES,
        IS_CUT,
        TRANSACTION_IS_LOST
    }

    private final class Machine {
        private final Kafka kafka;
        private final MarkerKey key;
        private final Map<MapIdentity, UnshippedMap> pinned = new LinkedHashMap<>();
        private final List<MapIdentity> counted = new ArrayList<>();
        private UnshippedMaps process;
        private boolean connected;
        private boolean stopped;

        Machine(Kafka kafka, MarkerKey key) {
            this.kafka = kafka;
            this.key = key;
            restart();
        }

        private void restart() {
            process = new UnshippedMaps(key, "counts", pinned::keySet);
            stopped = false;
            pinned.values().forEach(process::add);
            connect();
        }

        private void connect() {
            connected = !stopped;
            if (connected) {
                kafka.owner = this;
                try {
                    process.resolve(kafka.markers);
                } catch (ShippingException e) {
                    assertThat(e)
                            .hasMessageContaining("another shipper has committed")
                            .matches(ShippingException::isLasting);
                    stopped = true;
                    connected = false;
                }
            }
        }

        private void ship(Answer answer) {
            if (!stopped) {
                count();
            }
            if (connected && kafka.owner == this) {
                List<UnshippedMap> batch = process.next(9);
                CommitMarker marker = process.begin(batch, process.destination(3), batch.size());
                if (answer != Answer.TRANSACTION_IS_LOST) {
                    kafka.commit(key, batch, marker);
                }
                if (answer == Answer.COMES) {
                    process.committed();
                    return;
                }
            }
            connected = false;
        }

        private void count() {
            int id = key.outerMap() * 1000 + counted.size();
            MapIdentity map = new MapIdentity(
                    "machine", key.boot(), id, Instant.ofEpochSecond(id), "tenant", ByteString.ofHex("2a"));
            counted.add(map);
            UnshippedMap drained =
                    new UnshippedMap(map, anyMap, () -> pinned.remove(map), () -> {}, Part.NOT_COUNTED, Map.of());
            pinned.put(map, drained);
            process.add(drained);
        }

        private List<Runnable> events() {
            return List.of(
                    () -> ship(Answer.COMES),
                    () -> ship(Answer.IS_CUT),
                    () -> ship(Answer.TRANSACTION_IS_LOST),
                    this::connect,
                    this::restart);
        }
    }

    /** Clones on two machines, or two containers with pins of their own on one machine. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void neverAddAMapTwice(long secondBoot) {
        int kinds = 10;
        int orders = (int) Math.pow(kinds, EVENTS);
        for (int order = 0; order < orders; order++) {
            run(order, kinds, new UUID(0, secondBoot));
        }
    }

    private void run(int order, int kinds, UUID secondBoot) {
        Kafka kafka = new Kafka();
        Machine first = new Machine(kafka, new MarkerKey(ID, new UUID(0, 1), 1));
        Machine second = new Machine(kafka, new MarkerKey(ID, secondBoot, 2));
        List<Runnable> events = new ArrayList<>(first.events());
        events.addAll(second.events());
        int rest = order;
        for (int i = 0; i < EVENTS; i++) {
            events.get(rest % kinds).run();
            rest /= kinds;
        }
        IntStream.range(0, 2)
                .forEach(round -> List.of(first, second).forEach(machine -> {
                    machine.restart();
                    machine.ship(Answer.COMES);
                }));

        List<MapIdentity> counted = new ArrayList<>(first.counted);
        counted.addAll(second.counted);
        if (kafka.entries.size() != counted.size() || !kafka.entries.containsAll(counted)) {
            assertThat(kafka.entries).as("order %s", order).containsExactlyInAnyOrderElementsOf(counted);
        }
        assertThat(kafka.numbers).hasSize(1);
    }
}
