/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.error.InvalidHandleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that reboots while the broker is away: each count from before the last file of its spool is in Kafka once. */
@Tag("long")
class ShipperSpoolTest extends BrokerTest {
    private static final int OUTAGES = Integer.getInteger("nestmap.outages", 1);
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    private Path directory;

    private ShipperOptions spooling() {
        return options().withInterval(SHORT).withSpool(directory.resolve("spool"), 10_000_000);
    }

    /** Maps in memory end with their machine, as maps of the kernel with a reboot. */
    private Shipper<Long> start(CountsBpf machine, ShipperOptions options) {
        return start(machine, options, Map.of());
    }

    private Shipper<Long> start(CountsBpf machine, ShipperOptions options, Map<String, Object> more) {
        Map<String, Object> impatient = network().impatient();
        impatient.putAll(more);
        return Shipper.start(machine.tenant(), impatient, options);
    }

    private static void count(TenantMap tenants, long id) {
        put(tenants, id % 3, id % 100);
    }

    private static void awaitSpool(Shipper<?> shipper, TenantMap tenants) throws Exception {
        await("an empty map in each slot, and all others in the spool", () -> {
            ShipperStatistics now = shipper.statistics();
            long[] left = {0};
            tenants.forEach((key, map) -> left[0] += map.count());
            return now.spooledBytes() > 0 && tenants.waitingCount() == 0 && left[0] == 0;
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> {
                        SpoolFile.Name name = SpoolFile.Name.of(path);
                        return name != null && name.messages() > 0 && name.maps() > 0;
                    })
                    .toList();
        }
    }

    private void requireExact(long counted) throws Exception {
        assertThat(totals(topic).values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counted);
        assertThat(files()).isEmpty();
    }

    private void requireNoGaps() throws Exception {
        assertThat(losses(topic, broker())).isEmpty();
    }

    /** The broker ends at a random moment, so the outcome of a transaction may be unknown when its maps go to the spool. */
    @Test
    void losesNothingInAReboot() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        long written = 0;
        for (int outage = 0; outage < OUTAGES; outage++) {
            try (CountsBpf machine = CountsBpf.inMemory()) {
                try (Shipper<Long> shipper = start(machine, spooling())) {
                    for (int i = 0; i < 3; i++) {
                        long before = shipper.statistics().transactions();
                        count(machine.tenant(), written++);
                        await("commit", () -> shipper.statistics().transactions() > before);
                    }
                    count(machine.tenant(), written++);
                    Thread.sleep(random.nextInt(150)); // the commit may be under way
                    broker().kill();
                    int counts = random.nextInt(100);
                    for (int i = 0; i < counts; i++) {
                        count(machine.tenant(), written++);
                        Thread.sleep(random.nextInt(30));
                    }
                    awaitSpool(shipper, machine.tenant());
                }
                if (outage % 2 == 0) { // its next process reboots, too
                    count(machine.tenant(), written++);
                    try (Shipper<Long> shipper = start(machine, spooling())) {
                        awaitSpool(shipper, machine.tenant());
                    }
                }
            } finally {
                broker().restart();
            }
        }
        try (CountsBpf machine = CountsBpf.inMemory();
                Shipper<Long> shipper = start(machine, spooling())) {
            ship(shipper);
            assertThat(shipper.statistics().problem()).isNull();
            await("an empty spool", () -> shipper.statistics().spooledBytes() == 0);
            System.out.println("seed " + seed + ": " + written + " counts, " + OUTAGES + " outages");
            requireExact(written);
        }
    }

    @Test
    void continuesWithoutARebootAndSendsACopyOfTheSpoolOnce() throws Exception {
        Path spool = directory.resolve("spool");
        Path copy = directory.resolve("copy");
        ShipperOptions options = spooling();
        try (CountsBpf machine = CountsBpf.inMemory()) {
            try (Shipper<Long> shipper = start(machine, options)) {
                ship(shipper); // in a new directory, it first asks Kafka
                network().cut();
                for (int round = 0; round < 3; round++) {
                    count(machine.tenant(), 1);
                    awaitSpool(shipper, machine.tenant());
                }
                awaitProblem(shipper, "bytes wait in files");
                assertThat(shipper.statistics().waitingMaps()).isZero();
                copy(spool, copy);
                network().restore();
                ship(shipper);
                count(machine.tenant(), 1);
                ship(shipper);
            }
            assertThat(rows(topic)).hasSize(4);
            requireNoGaps();
            assertThat(files()).hasSize(3).allMatch(file -> file.startsWith(copy));
            try (CountsBpf clone = CountsBpf.inMemory();
                    Shipper<Long> shipper = start(clone, options.withSpool(copy, 10_000_000))) {
                count(clone.tenant(), 1);
                ship(shipper);
            }
            assertThat(rows(topic)).hasSize(5);
            assertThat(files()).isEmpty();
        }
    }

    /** Kafka does not slow the rotation down, so no map becomes full. */
    @Test
    void rotatesInItsIntervalWhileKafkaIsAway() throws Exception {
        Map<String, Object> patient = Map.of(
                "max.block.ms",
                4000,
                "request.timeout.ms",
                4000,
                "default.api.timeout.ms",
                4000,
                "delivery.timeout.ms",
                4100);
        try (CountsBpf machine = CountsBpf.inMemory();
                Shipper<Long> shipper = start(
                        machine,
                        options().withInterval(SHORT).withSpool(directory.resolve("spool"), 10_000_000),
                        patient)) {
            count(machine.tenant(), 1);
            ship(shipper);
            network().cut();
            long begin = System.nanoTime();
            try {
                for (int id = 0; id < 10; id++) {
                    long before = shipper.statistics().spooledBytes();
                    count(machine.tenant(), id);
                    await("rotation", () -> shipper.statistics().spooledBytes() > before);
                }
                // Kafka's client waits for 4 s before it fails, so 40 s if each rotation waited for it.
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(32));
                awaitProblem(shipper, "does not answer");
            } finally {
                network().restore();
            }
            ship(shipper);
        }
        requireNoGaps();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** As with a leader that is away, or with too few replicas: only the commit fails. */
    @Test
    void losesNothingInARebootWhileKafkaAnswersAndTakesNoMessage() throws Exception {
        broker().set(topic, "message.timestamp.type", "CreateTime");
        try (CountsBpf machine = CountsBpf.inMemory();
                Shipper<Long> shipper = start(
                        machine,
                        spooling(),
                        Map.of("interceptor.classes", ShipperFailureTest.TenYearsAhead.class.getName()))) {
            for (int round = 0; round < 3; round++) {
                long before = shipper.statistics().spooledBytes();
                count(machine.tenant(), 1);
                await("file", () -> shipper.statistics().spooledBytes() > before);
            }
            awaitSpool(shipper, machine.tenant());
            awaitProblem(shipper, "rejected the time of a message");
        }
        broker().set(topic, "message.timestamp.type", "LogAppendTime");
        try (CountsBpf machine = CountsBpf.inMemory();
                Shipper<Long> shipper = start(machine, spooling())) {
            ship(shipper);
            requireExact(3);
        }
    }

    @Test
    void mapsWaitWhileTheSpoolIsFull() throws Exception {
        try (CountsBpf machine = CountsBpf.inMemory()) {
            long written = 0;
            try (Shipper<Long> shipper = start(machine, spooling().withSpool(directory.resolve("spool"), 1_000_000))) {
                ship(shipper);
                network().cut();
                while (!hasProblem(shipper, "is full")) {
                    for (int tenant = 0; tenant < 100; tenant++) {
                        for (int id = 0; id < 100; id++) {
                            put(machine.tenant(), tenant, id);
                            written++;
                        }
                    }
                    shipper.ship(Duration.ofMillis(100)); // without the pauses between attempts
                }
                assertThat(shipper.statistics().spooledBytes()).isLessThanOrEqualTo(1_000_000);
                assertThat(shipper.statistics().waitingMaps()).isPositive();
                network().restore();
                ship(shipper);
                assertThat(shipper.statistics().problem()).isNull();
            }
            requireExact(written);
        }
    }

    @Test
    void aRoundMayBeLargerThanTheSpool() throws Exception {
        ShipperOptions options = options().withSpool(directory.resolve("spool"), 1_000_000);
        long written = 0;
        try (CountsBpf machine = CountsBpf.inMemory();
                Shipper<Long> shipper = start(machine, options)) {
            for (int tenant = 0; tenant < 250; tenant++) {
                for (int id = 0; id < Counts.MOST; id++) {
                    put(machine.tenant(), tenant, id);
                    written++;
                }
            }
            assertThat(shipper.ship(Duration.ofMinutes(1)))
                    .as("%s", shipper.statistics())
                    .isTrue();
            assertThat(shipper.statistics().bytes()).isGreaterThan(1_000_000);
        }
        requireExact(written);
    }

    private static void put(TenantMap tenants, long tenant, long id) {
        while (true) {
            try {
                CountMap map = tenants.getOrCreate(tenant);
                Count old = map.get(id);
                map.put(new Count(id, old == null ? 1 : old.packets() + 1));
                return;
            } catch (InvalidHandleException e) {
                // The shipper has just rotated the map.
            }
        }
    }
}
