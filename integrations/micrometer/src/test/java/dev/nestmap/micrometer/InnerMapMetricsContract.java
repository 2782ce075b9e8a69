/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.micrometer.Metered.Flow;
import dev.nestmap.micrometer.Metered.FlowKey;
import dev.nestmap.micrometer.Metered.Protocol;
import dev.nestmap.micrometer.MeteredBpf.FlowMap;
import dev.nestmap.micrometer.MeteredBpf.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.DrainedMap;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A counter never loses or repeats a count when its map is rotated, in the kernel and in memory. */
@Timeout(60)
abstract class InnerMapMetricsContract {
    private static final FlowKey TCP = new FlowKey(1, Protocol.TCP);
    private static final FlowKey TCP_OF_ANOTHER = new FlowKey(2, Protocol.TCP);
    private static final FlowKey UDP = new FlowKey(1, Protocol.UDP);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @SuppressWarnings("NullAway.Init") // by BeforeEach
    private TenantMap tenants;

    @SuppressWarnings("NullAway.Init") // by BeforeEach
    private InnerMapMetrics<Long, FlowMap> metrics;

    abstract TenantMap open();

    abstract void close();

    @BeforeEach
    void openMaps() {
        tenants = open();
        metrics = new InnerMapMetrics<>(registry, tenants, Metered.Tenant.class, Flow.class);
    }

    @AfterEach
    void closeMaps() {
        close();
    }

    @Test
    void addsUpWhatLabelsDoNotDistinguish() {
        FlowMap flows = tenants.create(443);
        flows.put(new Flow(TCP, 3, 300));
        flows.put(new Flow(TCP_OF_ANOTHER, 4, 400));
        flows.put(new Flow(UDP, 5, 500));
        tenants.create(53).put(new Flow(UDP, 6, 600));

        metrics.update();

        assertThat(packets(443, "TCP")).isEqualTo(7);
        assertThat(packets(443, "UDP")).isEqualTo(5);
        assertThat(packets(53, "UDP")).isEqualTo(6);
        assertThat(registry.get("flow.volume")
                        .tags("tenant", "443", "protocol", "TCP")
                        .counter()
                        .count())
                .isEqualTo(700);
    }

    @Test
    void countsARotatedMapOnce() {
        tenants.create(443).put(new Flow(TCP, 3, 300));
        metrics.update();
        Objects.requireNonNull(tenants.get(443)).put(new Flow(TCP, 10, 1000)); // seven more, which no update reads

        DrainedMap<FlowMap> rotatedTicket = DrainedMap.of(Objects.requireNonNull(tenants.rotate(443)));
        FlowMap rotated = rotatedTicket.map();
        assertThat(tenants.waitingCount()).isEqualTo(1);
        metrics.update();
        assertThat(packets(443, "TCP")).isEqualTo(3);

        metrics.add(443L, rotated);
        rotatedTicket.close();
        assertThat(tenants.waitingCount()).isZero();
        assertThat(packets(443, "TCP")).isEqualTo(10);

        Objects.requireNonNull(tenants.get(443)).put(new Flow(TCP, 2, 200)); // less than before, but in another map
        metrics.update();
        metrics.update();
        assertThat(packets(443, "TCP")).isEqualTo(12);
    }

    /** A drain that fails passes the map again: what was counted then is not counted twice. */
    @Test
    void anEntryThatIsNoRecordHidesNoOther() {
        FlowMap flows = tenants.create(443);
        flows.put(new Flow(TCP, 3, 300));
        flows.put(new Flow(UDP, 5, Flow.ODD));
        tenants.create(53).put(new Flow(UDP, 6, 600));
        Flow.REJECT_ODD.set(true);
        try {
            assertThatThrownBy(metrics::update).isInstanceOf(BpfException.class).hasMessageContaining("bytes are odd");
            assertThat(packets(443, "TCP")).isEqualTo(3);
            assertThat(packets(53, "UDP")).isEqualTo(6);
            for (int i = 0; i < 3; i++) {
                flows = Objects.requireNonNull(tenants.getOrCreate(443));
                flows.put(new Flow(TCP, 3, 300));
                assertThatThrownBy(() -> tenants.drainAll(drained -> metrics.add(drained.key(), drained.map())))
                        .isInstanceOf(DrainException.class);
                assertThat(packets(443, "TCP")).isEqualTo(3);
            }
        } finally {
            Flow.REJECT_ODD.set(false);
        }
        tenants.drainAll(drained -> metrics.add(drained.key(), drained.map()));
        assertThat(packets(443, "TCP"))
                .as("that of the waiting map and of the slot")
                .isEqualTo(6);
        assertThat(packets(443, "UDP")).isEqualTo(5);
        assertThat(packets(53, "UDP")).isEqualTo(6);
    }

    @Test
    void countsAnEntryThatIsRemovedAndMadeAgain() {
        FlowMap flows = tenants.create(443);
        flows.put(new Flow(TCP, 10, 0));
        metrics.update();
        flows.remove(TCP);
        metrics.update();
        flows.put(new Flow(TCP, 20, 0)); // all of it is new
        metrics.update();
        assertThat(packets(443, "TCP")).isEqualTo(30);

        flows.put(new Flow(TCP, 5, 0)); // between two updates
        metrics.update();
        assertThat(packets(443, "TCP")).isEqualTo(35);
    }

    @Test
    void countsAllBitsOfAnUnsignedNumber() {
        FlowMap flows = tenants.create(443);
        flows.put(new Flow(TCP, Long.MAX_VALUE, 0));
        metrics.update();
        flows.put(new Flow(TCP, Long.MIN_VALUE, 0)); // one more
        metrics.update();
        assertThat(packets(443, "TCP")).isEqualTo(0x1p63);
    }

    /** Each packet is counted once, whenever the maps are read and rotated. */
    @Test
    void countsEachPacketOnceWhileMapsAreRotated() throws Exception {
        AtomicBoolean counting = new AtomicBoolean(true);
        tenants.createAll(List.of(1L, 2L));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<Long> counted = threads.submit(() -> countPackets(2_000));
            Future<?> rotated = threads.submit(() -> {
                while (counting.get()) {
                    rotate();
                }
            });
            Future<?> updated = threads.submit(() -> {
                double before = 0;
                while (counting.get()) {
                    metrics.update();
                    double now = total();
                    assertThat(now).isGreaterThanOrEqualTo(before);
                    before = now;
                }
            });
            long packets = counted.get();
            counting.set(false);
            rotated.get();
            updated.get();
            metrics.update();
            assertThat((long) total()).isEqualTo(packets);
            rotate();
            assertThat((long) total()).isEqualTo(packets);
        } finally {
            counting.set(false);
            threads.shutdown();
        }
    }

    private void rotate() {
        tenants.drainAll(List.of(1L, 2L), drained -> metrics.add(drained.key(), drained.map()));
    }

    private long countPackets(int packets) {
        for (int i = 0; i < packets; i++) {
            FlowKey key = new FlowKey(i % 3, Protocol.TCP);
            boolean counted = false;
            while (!counted) {
                FlowMap flows = Objects.requireNonNull(tenants.get(1 + i % 2));
                try {
                    Flow before = flows.get(key);
                    flows.put(new Flow(key, before == null ? 1 : before.packets() + 1, 0));
                    counted = true;
                } catch (InvalidHandleException e) {
                    // rotated meanwhile: count in the new map
                }
            }
        }
        return packets;
    }

    private double packets(long tenant, String protocol) {
        return registry.get("flow.packets")
                .tags("tenant", Long.toString(tenant), "protocol", protocol)
                .counter()
                .count();
    }

    private double total() {
        return registry.find("flow.packets").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
