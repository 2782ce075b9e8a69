/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shipper that is closed leaves waiting maps pinned for the next one. */
@Tag("jdk-independent")
@KernelTest
@Tag("long")
class KernelShipperTest extends PinnedBrokerTest {
    @TempDir
    private Path directory;

    private List<String> draining() throws Exception {
        return fs.content().stream()
                .filter(pin -> pin.startsWith("tenant-draining/"))
                .toList();
    }

    /** The next process need not wait until the handles of this one are garbage, and nobody is told to close them. */
    @Test
    void leavesFilesToTheNextShipperWhenItIsClosed() throws Exception {
        broker().set(topic, "max.message.bytes", "1"); // no map can be sent
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create(fs.path("tenant"));
                    Shipper<Long> shipper = Shipper.start(tenants, broker().config(), spooling())) {
                tenants.create(1L).put(new Count(7, 70));
                shipper.ship(Duration.ZERO);
                awaitProblem(shipper, "max.message.bytes=1,");
                await("a file", () -> shipper.statistics().spooledBytes() > 0);
                assertThat(shipper.statistics().waitingMaps()).isZero();
            }

            broker().set(topic, "max.message.bytes", "100000");
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.openPinned(fs.path("tenant"), MapAccess.READ_WRITE);
                    Shipper<Long> next = Shipper.start(tenants, broker().config(), spooling())) {
                assertThat(next.ship(PATIENCE)).as("%s", next.statistics()).isTrue();
                assertThat(totals(topic)).isEqualTo(Map.of(1L, 70L));
            }
            System.gc();
            assertThat(log.messages()).isEmpty();
        }
        assertThat(draining()).isEmpty();
    }

    private ShipperOptions spooling() {
        return options().withSpool(directory.resolve("spool"), 1_000_000);
    }

    /** A consumer finds no gap, and needs no order between partitions. */
    @Test
    void staysInItsPartitionWhenPartitionsAreAdded() throws Exception {
        try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create(fs.path("tenant"));
                Shipper<Long> shipper = Shipper.start(tenants, broker().config(), spooling())) {
            for (int partitions : List.of(3, 5, 50)) {
                if (partitions > 3) {
                    broker().addPartitions(topic, partitions);
                    broker().kill(); // the shipper opens a new producer, which knows the partitions
                    broker().restart();
                }
                tenants.getOrCreate(1L).put(new Count(1, 1));
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
            }
            assertThat(committed(topic))
                    .hasSize(3)
                    .extracting(ConsumerRecord::partition)
                    .containsOnly(committed(topic).get(0).partition());
            assertThat(rows(topic)).extracting(Row::number).containsExactly(1L, 2L, 3L);
        }
    }
}
