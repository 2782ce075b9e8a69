/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a shipper leaves pinned when it can't go on. */
@KernelTest
@Tag("long")
class KernelShipperTest extends BrokerTest {
    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    private BpfFs fs;

    @BeforeEach
    void mount() throws Exception {
        fs = BpfFs.mount();
    }

    @AfterEach
    void unmount() throws Exception {
        fs.close();
    }

    private List<String> draining() throws Exception {
        return fs.content().stream()
                .filter(pin -> pin.startsWith("tenant-draining/"))
                .toList();
    }

    /** The next process need not wait until the handles of this one are garbage, and nobody is told to close them. */
    @Test
    void leavesWaitingMapsToTheNextShipperWhenItIsClosed() throws Exception {
        broker().set(topic, "max.message.bytes", "1"); // no map can be sent
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create(fs.path("tenant"));
                    Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
                tenants.create(1L).put(new Count(7, 70));
                shipper.ship(Duration.ZERO);
                await("a map that waits", () -> shipper.statistics().waitingMaps() == 1);
                assertThat(shipper.statistics().waitingBytes()).isEqualTo(20_480); // 256 buckets and entries
            }

            broker().set(topic, "max.message.bytes", "100000");
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.openPinned(fs.path("tenant"), MapAccess.READ_WRITE);
                    Shipper<Long> next = Shipper.start(tenants, broker().config(), options())) {
                assertThat(next.ship(PATIENCE)).as("%s", next.statistics()).isTrue();
                assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 70L));
            }
            System.gc();
            assertThat(log.messages()).isEmpty();
        }
        assertThat(draining()).isEmpty();
    }

    @Test
    void keepsMapsWhileTheTopicHasOtherPartitionsThanAtTheLastCommit() throws Exception {
        try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create(fs.path("tenant"))) {
            AtomicLong counted = new AtomicLong();
            Map<String, Object> refreshing = new HashMap<>(broker().config());
            refreshing.put("metadata.max.age.ms", 100);
            try (Shipper<Long> shipper = Shipper.start(tenants, refreshing, options())) {
                tenants.create(1L).put(new Count(0, counted.incrementAndGet()));
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
                broker().addPartitions(topic, 5);

                // Until the producer learns of them, it sends to the previous ones.
                await("refusal", () -> {
                    tenants.getOrCreate(1L).put(new Count(counted.incrementAndGet() % Counts.MOST, 1));
                    shipper.ship(Duration.ofMillis(50));
                    return hasProblem(shipper, "topic " + topic + " has 5 partitions, and had 3");
                });
                assertThat(shipper.statistics().problem()).contains("withPartitions(5)");
            }
            try (Shipper<Long> next = Shipper.start(tenants, broker().config(), options())) {
                awaitProblem(next, "has 5 partitions, and had 3");
            }
            assertThat(totals(tenants, topic).get(1L)).isLessThan(counted.get());

            try (Shipper<Long> accepting =
                    Shipper.start(tenants, broker().config(), options().withPartitions(5))) {
                assertThat(accepting.ship(PATIENCE))
                        .as("%s", accepting.statistics())
                        .isTrue();
            }
            assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, counted.get()));
        }
    }
}
