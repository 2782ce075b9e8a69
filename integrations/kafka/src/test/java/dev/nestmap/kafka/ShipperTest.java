/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.Counts.LostCounts;
import dev.nestmap.kafka.Counts.Recent;
import dev.nestmap.kafka.Counts.Slot;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.error.Errno;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a shipper sends, and when. */
class ShipperTest extends BrokerTest {
    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void shipsTheEntriesOfEachDrainedMap() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        tenants.create(2L).put(new Count(8, 80));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            tenants.getOrCreate(1L).put(new Count(7, 700));
            assertThat(shipper.ship(PATIENCE)).isTrue();

            ShipperStatistics statistics = shipper.statistics();
            assertThat(statistics.transactions()).isEqualTo(2);
            assertThat(statistics.maps()).isEqualTo(3);
            assertThat(statistics.entries()).isEqualTo(3);
            assertThat(statistics.problem()).isNull();
        }

        Collection<Part<Long, Count>> parts = parts(PartDeserializer.of(tenants), topic);
        assertThat(parts).hasSize(3).allSatisfy(part -> {
            assertThat(part.map().machine()).isEqualTo("machine");
            assertThat(part.map().outerMap()).isEqualTo("tenant");
            assertThat(part.isExact()).isTrue();
        });
        assertThat(parts.stream().map(Part::map)).doesNotHaveDuplicates();
        assertThat(parts.stream().map(part -> List.of(part.key(), part.entries())))
                .containsExactlyInAnyOrder(
                        List.of(1L, List.of(new Count(7, 70))),
                        List.of(2L, List.of(new Count(8, 80))),
                        List.of(1L, List.of(new Count(7, 700))));
    }

    @Test
    void rotatesInIntervals() throws Exception {
        tenants.create(1L).put(new Count(7, 70));

        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withInterval(Duration.ofMillis(50)))) {
            await("first commit", () -> shipper.statistics().transactions() == 1);
            tenants.getOrCreate(1L).put(new Count(7, 700));
            await("second commit", () -> shipper.statistics().transactions() == 2);
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 770L));
    }

    @Test
    void rotatesMapsWithManyEntriesEarlier() throws Exception {
        int id = tenants.create(1L).id();
        tenants.create(2L).put(new Count(7, 1));
        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withMaxEntries(10))) {
            LongStream.range(0, 10)
                    .forEach(i -> Objects.requireNonNull(tenants.get(1L)).put(new Count(i, 1)));
            await("commit", () -> shipper.statistics().transactions() == 1);
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 10L));
        assertThat(Objects.requireNonNull(tenants.get(1L)).id()).isNotEqualTo(id);
    }

    @Test
    void leavesIdleMapsInTheirSlots() throws Exception {
        int id = tenants.create(1L).id();

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().transactions()).isZero();
        }

        assertThat(Objects.requireNonNull(tenants.get(1L)).id()).isEqualTo(id);
        assertThat(committed(topic)).isEmpty();
    }

    @Test
    void sendsLargeMapsInParts() throws Exception {
        tenants.create(1L)
                .putAll(LongStream.range(0, 200).mapToObj(i -> new Count(i, 1)).toList());

        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withPartBytes(1000))) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().transactions()).isEqualTo(1);
        }

        Collection<Part<Long, Count>> parts = parts(PartDeserializer.of(tenants), topic);
        assertThat(parts.size()).isGreaterThan(2);
        assertThat(parts).allSatisfy(part -> assertThat(part.parts()).isEqualTo(parts.size()));
        assertThat(parts.stream().map(Part::number)).containsExactlyElementsOf(numbers(parts.size()));
        assertThat(parts.stream().map(Part::map).distinct()).hasSize(1);
        assertThat(parts.stream().flatMap(part -> part.entries().stream()).map(Count::id))
                .doesNotHaveDuplicates()
                .hasSize(200);
        assertThat(committed(topic))
                .allSatisfy(record -> assertThat(record.value()).hasSizeLessThanOrEqualTo(1000));
    }

    private static List<Integer> numbers(int last) {
        return LongStream.rangeClosed(1, last).mapToObj(i -> (int) i).toList();
    }

    @Test
    void takesManyMapsOutInSeveralTransactions() throws Exception {
        LongStream.range(0, 10).forEach(i -> tenants.create(i).put(new Count(1, i)));

        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withMapsAtOnce(3))) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().transactions()).isEqualTo(4);
        }

        assertThat(totals(tenants, topic)).hasSize(10).containsEntry(9L, 9L);
    }

    @Test
    void shipsTheMapOfARemovedKey() throws Exception {
        tenants.create(1L).put(new Count(7, 70));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            shipper.remove(1L);
            await("commit", () -> shipper.statistics().transactions() == 1);
        }

        assertThat(tenants.contains(1L)).isFalse();
        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 70L));
    }

    @Test
    void sendsTheCountsOfAllCpus() throws Exception {
        bpf.cpuTenant().create(1L).putForEachCpu(new CpuCount(7, 70));
        int cpus = Objects.requireNonNull(bpf.cpuTenant().get(1L, 7L)).size();

        try (Shipper<Long> shipper = Shipper.start(bpf.cpuTenant(), broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
        }

        Collection<Part<Long, List<CpuCount>>> parts = parts(PartDeserializer.of(bpf.cpuTenant()), topic);
        assertThat(parts)
                .hasSize(1)
                .allSatisfy(
                        part -> assertThat(part.entries().get(0)).hasSize(cpus).containsOnly(new CpuCount(7, 70)));
    }

    /** Every entry of an array exists, and most of them say nothing. */
    @Test
    void sendsOnlyTheCountsOfAnArrayThatAreNotZero() throws Exception {
        bpf.slotTenant().create(1L).put(new Slot(3, 30));
        bpf.slotTenant().create(2L);

        try (Shipper<Long> shipper = Shipper.start(bpf.slotTenant(), broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
        }

        Collection<Part<Long, Slot>> parts = parts(PartDeserializer.of(bpf.slotTenant()), topic);
        assertThat(parts)
                .hasSize(1)
                .allSatisfy(part -> assertThat(part.entries()).containsExactly(new Slot(3, 30)));
    }

    @Test
    void aTotalWithAFullMapIsALowerBound() throws Exception {
        tenants.create(1L)
                .putAll(LongStream.range(0, Counts.MOST)
                        .mapToObj(i -> new Count(i, 1))
                        .toList());
        tenants.create(2L).put(new Count(1, 1));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }

        assertThat(parts(PartDeserializer.of(tenants), topic))
                .hasSize(2)
                .allSatisfy(part -> assertThat(part.isExact()).isEqualTo(part.key() == 2));
    }

    @Test
    void sendsHowManyInsertsFailed() throws Exception {
        List<Count> most =
                LongStream.range(0, Counts.MOST).mapToObj(i -> new Count(i, 1)).toList();
        tenants.create(1L).putAll(most);
        tenants.create(2L).putAll(most);
        long overflowed = Objects.requireNonNull(tenants.get(2L)).id();
        bpf.lostCounts().put(new LostCounts(overflowed, 7)); // in place of a program
        LostInserts lost = LostInserts.in(bpf.lostCounts(), LostCounts::count);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options(), lost)) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
            assertThat(bpf.lostCounts()).isEmpty();
        }

        assertThat(parts(PartDeserializer.of(tenants), topic)).hasSize(2).allSatisfy(part -> {
            assertThat(part.full()).isTrue();
            assertThat(part.lostInserts()).isEqualTo(part.key() == 1 ? 0 : 7);
            assertThat(part.isExact()).isEqualTo(part.key() == 1);
        });
    }

    /** A full LRU map evicts entries, and no insert fails. */
    @Test
    void countsNoLostInsertsOfMapsThatEvictEntries() throws Exception {
        bpf.recentTenant().create(1L).put(new Recent(1, 1));
        LostInserts lost = LostInserts.in(bpf.lostCounts(), LostCounts::count);

        try (Shipper<Long> shipper = Shipper.start(bpf.recentTenant(), broker().config(), options(), lost)) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }

        assertThat(parts(PartDeserializer.of(bpf.recentTenant()), topic))
                .singleElement()
                .satisfies(part -> {
                    assertThat(part.lostInserts()).isEqualTo(Part.NOT_COUNTED);
                    assertThat(part.isExact()).isFalse();
                });
    }

    @Test
    void shipsMapsWhoseLostInsertsCanNotBeRead() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        tenants.create(2L).put(new Count(2, 1));
        LostInserts lost = LostInserts.in(bpf.lostCounts(), LostCounts::count);
        MemoryFaults.of(bpf).failAlways("lost_counts", MemoryFaults.Call.LOOKUP, Errno.ENOMEM);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options(), lost)) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(tenants.undrainedCount()).isZero();
        }

        assertThat(parts(PartDeserializer.of(tenants), topic))
                .hasSize(2)
                .allSatisfy(part -> assertThat(part.lostInserts()).isEqualTo(Part.NOT_COUNTED));
    }

    /** A count may be missing then. */
    @Test
    void doesNotTrustAFullMapOfCounts() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        bpf.lostCounts().putAll(List.of(new LostCounts(998, 1), new LostCounts(999, 1)));
        LostInserts lost = LostInserts.in(bpf.lostCounts(), LostCounts::count);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options(), lost)) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
        }

        assertThat(parts(PartDeserializer.of(tenants), topic))
                .singleElement()
                .satisfies(part -> assertThat(part.lostInserts()).isEqualTo(Part.NOT_COUNTED));
    }

    @Test
    void shipsUnderItsNameBesideAnotherOuterMap() throws Exception {
        try (CountsBpf other = CountsBpf.inMemory();
                Shipper<Long> first = Shipper.start(tenants, broker().config(), options());
                Shipper<Long> second = Shipper.start(
                        other.tenant(), broker().config(), options().withName("other"))) {
            for (int i = 1; i <= 3; i++) {
                tenants.getOrCreate(1L).put(new Count(1, 1));
                other.tenant().getOrCreate(2L).put(new Count(1, 1));
                assertThat(first.ship(PATIENCE)).isTrue();
                assertThat(second.ship(PATIENCE)).isTrue();
            }
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 3L, 2L, 3L));
    }

    @Test
    void rejectsAConfigurationThatItSetsItself() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shipper.start(
                        tenants, Map.of("bootstrap.servers", "localhost:1", "transactional.id", "mine"), options()))
                .withMessageContaining("transactional.id")
                .withMessageContaining("nestmap.machine.tenant");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shipper.start(tenants, Map.of(), options()))
                .withMessageContaining("bootstrap.servers");
    }
}
