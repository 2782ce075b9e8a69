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
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.Migration;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shipper sends each entry once, in time, and says what is not exact. */
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

    /** A function that fails keeps no count from Kafka. */
    @Test
    void addsLabelsToParts() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        tenants.create(2L).put(new Count(8, 80));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options(), key -> {
            if (key == 2) {
                throw new IllegalStateException("no such pod");
            }
            return Map.of("pod", "größer");
        })) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
        }

        assertThat(parts(PartDeserializer.of(tenants), topic).stream()
                        .collect(Collectors.toMap(Part::key, Part::labels)))
                .isEqualTo(Map.of(1L, Map.of("pod", "größer"), 2L, Map.of()));
    }

    /** As an idle map that a server of requests takes out, or the map of a ticket that a user gives back. */
    @Test
    void shipsMapsThatBeginToWaitWhileItRuns() throws Exception {
        tenants.create(1L).put(new Count(7, 70));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            tenants.getOrCreate(1L).put(new Count(7, 700));
            Objects.requireNonNull(tenants.take(1L)).close();
            assertThat(shipper.ship(PATIENCE)).isTrue();

            assertThat(tenants.waitingCount()).isZero();
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 770L));
    }

    /** Counts of an unpinned map end with the process. */
    @Test
    void refusesAnUnpinnedMapWithoutAWord() {
        ShipperOptions options = ShipperOptions.to(topic).withMachine("machine");

        assertThatThrownBy(() -> Shipper.start(tenants, broker().config(), options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("map tenant is not pinned")
                .hasMessageContaining("withUnpinnedMap()");
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
        CpuCountMap full = bpf.cpuTenant().create(1L);
        LongStream.range(0, full.maxEntries()).forEach(i -> full.putForEachCpu(new CpuCount(i, 1)));
        bpf.cpuTenant().create(2L).putForEachCpu(new CpuCount(1, 1));

        try (Shipper<Long> shipper = Shipper.start(bpf.cpuTenant(), broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }

        assertThat(parts(PartDeserializer.of(bpf.cpuTenant()), topic))
                .hasSize(2)
                .allSatisfy(part -> assertThat(part.isExact()).isEqualTo(part.key() == 2));
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
    void sendsHowManyInsertsFailed() throws Exception {
        List<Count> most =
                LongStream.range(0, Counts.MOST).mapToObj(i -> new Count(i, 1)).toList();
        tenants.create(1L).putAll(most);
        tenants.create(2L).putAll(most);
        loseInserts(Objects.requireNonNull(tenants.get(2L)), 7);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }

        assertThat(parts(PartDeserializer.of(tenants), topic)).hasSize(2).allSatisfy(part -> {
            assertThat(part.full()).isTrue();
            assertThat(part.lostInserts()).isEqualTo(part.key() == 1 ? 0 : 7);
            assertThat(part.isExact()).isEqualTo(part.key() == 1);
        });
    }

    /** A map without entries has no message that could say so. */
    @Test
    void countsAnEmptyMapIntoWhichInsertsFailed() throws Exception {
        CountMap map = tenants.create(1L);
        List<Long> keys = LongStream.range(0, Counts.MOST).boxed().toList();
        map.putAll(keys.stream().map(id -> new Count(id, 1)).toList());
        loseInserts(map, 7);
        map.removeAll(keys);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            shipper.remove(1L);
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(shipper.statistics().inexactMaps()).isEqualTo(1);
        }
    }

    /** A full LRU map evicts entries, and no insert fails. */
    @Test
    void countsNoLostInsertsOfMapsThatEvictEntries() throws Exception {
        bpf.recentTenant().create(1L).put(new Recent(1, 1));

        try (Shipper<Long> shipper = Shipper.start(bpf.recentTenant(), broker().config(), options())) {
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
        MemoryFaults.of(bpf).failAlways("count_lost", MemoryFaults.Call.LOOKUP, Errno.ENOMEM);

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
            assertThat(tenants.waitingCount()).isZero();
        }

        assertThat(parts(PartDeserializer.of(tenants), topic))
                .hasSize(2)
                .allSatisfy(part -> assertThat(part.lostInserts()).isEqualTo(Part.UNKNOWN));
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

    /** A topic has messages of both versions while machines get the new one. Here, other maps stand for the previous version. */
    @Test
    void aConsumerReadsTwoVersionsOfTheRecords() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        bpf.slotTenant().create(1L).put(new Slot(3, 30));
        try (Shipper<Long> next = Shipper.start(tenants, broker().config(), options());
                Shipper<Long> previous = Shipper.start(
                        bpf.slotTenant(), broker().config(), options().withMachine("other"))) {
            assertThat(next.ship(PATIENCE)).isTrue();
            assertThat(previous.ship(PATIENCE)).isTrue();
        }
        PartDeserializer<Long, Count> both = PartDeserializer.of(tenants)
                .withPrevious(PartDeserializer.of(bpf.slotTenant()), old -> new Count(old.index(), old.packets()));

        assertThat(parts(both, topic).stream().flatMap(part -> part.entries().stream()))
                .containsExactlyInAnyOrder(new Count(7, 70), new Count(3, 30));
        assertThatThrownBy(() -> parts(PartDeserializer.of(tenants), topic))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("withPrevious");
        PartDeserializer<Long, Recent> unrelated = PartDeserializer.of(bpf.recentTenant());
        assertThatThrownBy(() -> parts(
                        PartDeserializer.of(tenants).withPrevious(unrelated, old -> new Count(old.id(), 0)), topic))
                .isInstanceOf(UnreadablePartException.class);
    }

    /** A consumer needs only its own records, and rules for what has changed. */
    @Test
    void aConsumerReadsAnotherVersionByItsPublishedLayout() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        try (NextCountsBpf next = NextCountsBpf.inMemory();
                Shipper<Long> previous = Shipper.start(tenants, broker().config(), options());
                Shipper<Long> updated = Shipper.start(
                        next.tenant(), broker().config(), options().withMachine("other"))) {
            next.tenant().create(2L).put(new NextCounts.Count(8, 80, 800));
            assertThat(previous.ship(PATIENCE)).isTrue();
            assertThat(updated.ship(PATIENCE)).isTrue();
            assertThat(committed(topic))
                    .extracting(message -> new String(
                            Objects.requireNonNull(message.headers().lastHeader("nestmap.layout"))
                                    .value(),
                            StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrder(
                            tenants.expert().layoutText(),
                            next.tenant().expert().layoutText());

            PartDeserializer<Long, NextCounts.Count> parts = PartDeserializer.of(next.tenant());
            PartDeserializer<Long, NextCounts.Count> renaming =
                    parts.withMigration(Migration.ofRules().rename("count", "", "packets"));
            assertThat(parts(renaming, topic).stream().flatMap(part -> part.entries().stream()))
                    .containsExactlyInAnyOrder(new NextCounts.Count(7, 70, 0), new NextCounts.Count(8, 80, 800));
            assertThatThrownBy(() -> parts(parts.withMigration(Migration.ofRules()), topic))
                    .isInstanceOf(UnreadablePartException.class)
                    .hasMessageContaining("machine machine")
                    .hasMessageContaining("rename(\"count\", \"\", ...)");

            Map<Long, Long> replayed = new TreeMap<>();
            renaming.replay(
                    broker().config(),
                    Pattern.compile(topic),
                    Instant.MIN,
                    Instant.MAX,
                    part -> part.entries().forEach(count -> replayed.merge(part.key(), count.packets(), Long::sum)));
            assertThat(replayed).isEqualTo(Map.of(1L, 70L, 2L, 80L));
        }
    }

    @Test
    void rejectsAMessageWhoseLayoutIsNotPublished() throws Exception {
        tenants.create(1L).put(new Count(7, 70));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();
        }
        byte[] message = committed(topic).get(0).value();
        try (NextCountsBpf next = NextCountsBpf.inMemory()) {
            PartDeserializer<Long, NextCounts.Count> parts =
                    PartDeserializer.of(next.tenant()).withMigration(Migration.ofRules());

            assertThatThrownBy(() -> parts.deserialize(topic, message))
                    .isInstanceOf(UnreadablePartException.class)
                    .hasMessageContaining("no header nestmap.layout");
            for (String text : List.of(
                    bpf.slotTenant().expert().layoutText(),
                    next.tenant().expert().layoutText(),
                    "nestmap-schema 7")) {
                RecordHeaders headers = new RecordHeaders();
                headers.add("nestmap.layout", text.getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> parts.deserialize(topic, headers, message))
                        .isInstanceOf(UnreadablePartException.class)
                        .hasMessageContaining(tenants.expert().layout());
            }
        }
    }

    /** The values of each CPU are converted. */
    @Test
    void convertsPerCpuValuesOfAnotherVersion() throws Exception {
        bpf.cpuTenant().create(1L).putForEachCpu(new CpuCount(7, 70));
        try (NextCountsBpf next = NextCountsBpf.inMemory();
                Shipper<Long> shipper = Shipper.start(bpf.cpuTenant(), broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).isTrue();

            assertThat(parts(
                            PartDeserializer.of(next.cpuTenant())
                                    .withMigration(Migration.ofRules().rename("cpu_count", "", "packets")),
                            topic))
                    .singleElement()
                    .satisfies(part -> assertThat(part.entries())
                            .singleElement()
                            .satisfies(cpus ->
                                    assertThat(cpus).isNotEmpty().containsOnly(new NextCounts.CpuCount(7, 70, 0))));
        }
    }

    /** One command, while the process goes on. */
    @Test
    void drainShipsEverythingNow() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(drain(pid)).startsWith("2 ").contains("no shipper");
        assertThat(drain(pid, "soon")).startsWith("2 ");
        assertThat(drain()).startsWith("2 ");
        tenants.create(1L).put(new Count(7, 70));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(drain(pid, "100")).isEqualTo("0 nestmap.machine.tenant: everything is shipped\n");
            assertThat(shipper.statistics().transactions()).isOne();
            assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 70L));

            broker().set(topic, "max.message.bytes", "1000");
            CountMap map = tenants.getOrCreate(1L);
            LongStream.range(0, 200).forEach(id -> map.put(new Count(id, 1)));
            String failed = drain(pid, "5");
            broker().set(topic, "max.message.bytes", "100000");
            assertThat(drain(pid, "100")).startsWith("0 ");
            assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 270L));
            assertThat(failed).startsWith("1 ").contains("max.message.bytes");
        }
    }

    /** The agent of JMX listens on the loopback interface of the process. */
    @Test
    void drainNamesTheNetworkNamespaceOfTheProcess() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());

        assertThat(drain(List.of("unshare", "--net"), pid))
                .startsWith("2 Could not run: process " + pid + " can't be reached")
                .contains("nsenter --net -t " + pid + " java");
        assertThat(drain(List.of("unshare", "--net", "nsenter", "--net", "-t", pid), pid))
                .startsWith("2 ")
                .contains("no shipper");
    }

    private static String drain(String... arguments) throws Exception {
        return drain(List.of(), arguments);
    }

    /** Runs the command after a prefix. Returns its exit code and its output. */
    private static String drain(List<String> prefix, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ShipNowCommand.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }

    @Test
    void jmxShowsItsStatistics() throws Exception {
        ObjectName name = new ObjectName("dev.nestmap:type=Shipper,id=\"nestmap.machine.tenant\"");
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        tenants.create(1L).put(new Count(7, 70));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(server.getAttribute(name, "commitAge")).isNull();
            assertThat(shipper.ship(PATIENCE)).isTrue();

            assertThat(server.getAttribute(name, "transactions")).isEqualTo(1L);
            assertThat(server.getAttribute(name, "stopped")).isEqualTo(false);
            assertThat(server.getAttribute(name, "commitAge").toString()).startsWith("PT");
            assertThat(server.getAttributes(name, new String[] {"entries", "absent"}))
                    .hasSize(1);
            assertThat(server.getMBeanInfo(name).getAttributes())
                    .hasSize(ShipperStatistics.class.getRecordComponents().length);
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void aRoundWithoutCountsShowsThatItWorks() throws Exception {
        Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options());
        try (shipper) {
            long before = System.nanoTime();
            assertThat(shipper.ship(PATIENCE)).isTrue();

            assertThat(shipper.statistics().commitAge()).isNull();
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
