/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.Counts.Recent;
import dev.nestmap.kafka.Counts.Slot;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.CpuCountMap;
import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A shipper sends each entry once, in time, and says what is not exact. */
class ShipperTest extends CountsTest {
    /** No two rows have the same key, so that a topic may be compacted. */
    @Test
    void shipsTheEntriesOfEachDrainedMap() throws Exception {
        broker().set(topic, "cleanup.policy", "compact");
        tenants.create(1L).put(new Count(7, 70));
        tenants.create(2L).put(new Count(8, 80));

        try (Shipper<Long> shipper = start()) {
            ship(shipper);
            tenants.getOrCreate(1L).put(new Count(7, 700));
            ship(shipper);

            ShipperStatistics statistics = shipper.statistics();
            assertThat(statistics.transactions()).isBetween(2L, 3L);
            assertThat(statistics.maps()).isEqualTo(3);
            assertThat(statistics.entries()).isEqualTo(3);
            assertThat(statistics.problem()).isNull();
        }

        List<Row> rows = rows(topic);
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            assertThat(row.json().get("machine").textValue()).isEqualTo("machine");
            assertThat(row.json().get("outer_map").textValue()).isEqualTo("tenant");
            assertThat(row.isExact()).isTrue();
        });
        assertThat(statuses()).endsWith("complete", "complete");
        assertThat(rows.stream().map(row -> List.of(row.tenant(), row.id(), row.packets())))
                .containsExactlyInAnyOrder(List.of(1L, 7L, 70L), List.of(2L, 8L, 80L), List.of(1L, 7L, 700L));
        assertThat(committed(topic))
                .allSatisfy(message -> assertThat(new String(message.key(), StandardCharsets.UTF_8))
                        .isEqualTo(Row.of(message.value()).position().toString()));
    }

    /** What the rows without counts say. */
    private List<String> statuses() throws Exception {
        return allRows(topic, broker()).stream()
                .map(Row::status)
                .filter(status -> !status.isEmpty())
                .toList();
    }

    /** Counts of an unpinned map end with the process, as do files in a directory that nobody names. */
    @Test
    void refusesToStartWithoutWhatMustSurvive() {
        ShipperOptions options = ShipperOptions.to(topic).withMachine("machine");

        assertThatThrownBy(() -> start(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("map tenant is not pinned", "withUnpinnedMap()");
        assertThatThrownBy(() -> start(options.withUnpinnedMap()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name one with withSpool");
    }

    @Test
    void leavesIdleMapsInTheirSlots() throws Exception {
        int id = tenants.create(1L).id();

        assertThat(shipAll(tenants).maps()).isZero();

        assertThat(Objects.requireNonNull(tenants.get(1L)).id()).isEqualTo(id);
        assertThat(rows(topic)).isEmpty();
        assertThat(statuses()).endsWith("complete");
    }

    @Test
    void takesManyMapsOutInSeveralTransactions() throws Exception {
        LongStream.range(0, 1001).forEach(i -> tenants.create(i).put(new Count(1, i)));

        assertThat(shipAll(tenants).transactions()).isBetween(2L, 3L);

        assertThat(totals(topic)).hasSize(1001).containsEntry(9L, 9L);
    }

    /** Every entry of an array exists, and most of them say nothing. */
    @Test
    void sendsOnlyTheCountsOfAnArrayThatAreNotZero() throws Exception {
        bpf.slotTenant().create(1L).put(new Slot(3, 30));
        bpf.slotTenant().create(2L);

        shipAll(bpf.slotTenant());

        assertThat(rows(topic)).singleElement().satisfies(row -> {
            assertThat(row.id()).isEqualTo(3);
            assertThat(row.packets()).isEqualTo(30);
        });
    }

    @Test
    void aTotalWithAFullMapIsALowerBound() throws Exception {
        CpuCountMap full = bpf.cpuTenant().create(1L);
        LongStream.range(0, full.maxEntries()).forEach(i -> full.putForEachCpu(new CpuCount(i, 1)));
        bpf.cpuTenant().create(2L).putForEachCpu(new CpuCount(1, 1));

        assertThat(shipAll(bpf.cpuTenant()).inexactMaps()).isEqualTo(1);

        assertThat(rows(topic))
                .hasSizeGreaterThan(1)
                .allSatisfy(row -> assertThat(row.isExact()).isEqualTo(row.tenant() == 2));
    }

    /** Runs a program that tries to insert entries into a full map. */
    private void loseInserts(CountMap full, int count) {
        MemoryProgram.define(bpf, "count", (packet, context) -> {
                    for (int i = 0; i < count; i++) {
                        Count more = new Count(Counts.MOST + i, 1);
                        assertThatThrownBy(() -> full.put(more)).isInstanceOf(BpfException.class);
                    }
                    return 0;
                })
                .testRun(new byte[0]);
    }

    @Test
    void saysThatInsertsFailed() throws Exception {
        List<Count> most =
                LongStream.range(0, Counts.MOST).mapToObj(i -> new Count(i, 1)).toList();
        tenants.create(1L).putAll(most.subList(1, Counts.MOST));
        tenants.create(2L).putAll(most);
        loseInserts(Objects.requireNonNull(tenants.get(2L)), 7);

        assertThat(shipAll(tenants).inexactMaps()).isEqualTo(1);

        assertThat(rows(topic))
                .hasSize(2 * Counts.MOST - 1)
                .allSatisfy(row -> assertThat(row.isExact()).isEqualTo(row.tenant() == 1));
    }

    /** A map without entries has no message that could say so. */
    @Test
    void countsAnEmptyMapIntoWhichInsertsFailed() throws Exception {
        CountMap map = tenants.create(1L);
        List<Long> keys = LongStream.range(0, Counts.MOST).boxed().toList();
        map.putAll(keys.stream().map(id -> new Count(id, 1)).toList());
        loseInserts(map, 7);
        map.removeAll(keys);

        try (Shipper<Long> shipper = start()) {
            Objects.requireNonNull(tenants.take(1L)).close();
            ship(shipper);
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }
    }

    /** Programs may have written to it after its displacement, and that is known even after it has waited. */
    @Test
    void aMapInDoubtIsNeverExact() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        bpf.tenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
        tenants.create(2L).put(new Count(7, 70));

        shipAll(tenants);

        assertThat(rows(topic))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.isExact()).isEqualTo(row.tenant() == 2));
    }

    /** A full LRU map evicts entries, and no insert fails. */
    @Test
    void aMapThatEvictsEntriesIsNeverExact() throws Exception {
        bpf.recentTenant().create(1L).put(new Recent(1, 1));

        assertThat(shipAll(bpf.recentTenant()).inexactMaps()).isEqualTo(1);

        assertThat(rows(topic))
                .singleElement()
                .satisfies(row -> assertThat(row.isExact()).isFalse());
    }

    @Test
    void shipsUnderItsNameBesideAnotherOuterMap() throws Exception {
        try (CountsBpf other = CountsBpf.inMemory();
                Shipper<Long> first = start();
                Shipper<Long> second = Shipper.start(
                        other.tenant(), broker().config(), options().withName("other"))) {
            for (int i = 1; i <= 3; i++) {
                tenants.getOrCreate(1L).put(new Count(1, 1));
                other.tenant().getOrCreate(2L).put(new Count(1, 1));
                ship(first);
                ship(second);
            }
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 3L, 2L, 3L));
    }

    /** A topic has rows of both versions while machines get the new one: older rows lack the new columns. */
    @Test
    void aTopicHasRowsOfTwoVersionsOfTheRecords() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        try (NextCountsBpf next = NextCountsBpf.inMemory();
                Shipper<Long> previous = start();
                Shipper<Long> updated = Shipper.start(
                        next.tenant(), broker().config(), options().withMachine("other"))) {
            next.tenant().create(2L).put(new NextCounts.Count(8, 80, 800));
            ship(previous);
            ship(updated);
        }
        assertThat(rows(topic))
                .extracting(row -> row.json().path("value").asText()
                        + row.json().path("value_packets").asText()
                        + row.json().path("value_bytes").asText())
                .containsExactlyInAnyOrder("70", "80800");
    }

    @Test
    void theLastRoundShipsEverything() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        try (Shipper<Long> shipper = start()) {
            assertThat(shipper.shipLast(Duration.ofSeconds(100))).isTrue();
            assertThat(shipper.statistics().transactions()).isPositive();
            assertThat(totals(topic)).isEqualTo(Map.of(1L, 70L));
            assertThat(statuses()).endsWith("ended");
        }
    }

    @Test
    void aRoundWithoutCountsShowsThatItWorks() throws Exception {
        Shipper<Long> shipper = start();
        try (shipper) {
            long before = System.nanoTime();
            ship(shipper);

            assertThat(shipper.statistics().commitAge()).isNotNull();
            await("round", () -> {
                long elapsed = System.nanoTime() - before;
                return shipper.statistics().roundAge().toNanos() < elapsed;
            });
            assertThat(shipper.statistics().needsRestart(Duration.ofDays(1))).isFalse();
            assertThat(shipper.statistics().needsRestart(Duration.ZERO)).isTrue(); // it seems to hang
        }
        assertThat(shipper.statistics().needsRestart(Duration.ofDays(1))).isTrue();
    }
}
