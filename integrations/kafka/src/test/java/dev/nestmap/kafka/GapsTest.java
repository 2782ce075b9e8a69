/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.error.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts that do not get to Kafka are a gap in the numbers, or their series has no end. What is shipped twice or late is neither. {@link KernelGapsTest}
 * has the cases of pinned maps.
 */
class GapsTest extends BrokerTest {
    @TempDir
    private Path directory;

    private CountsBpf machine = CountsBpf.inMemory();

    @AfterEach
    void close() {
        machine.close();
    }

    private Shipper<Long> start() {
        return Shipper.start(machine.tenant(), broker().config(), options(topic, directory.resolve("spool")));
    }

    private void count() {
        machine.tenant().getOrCreate(1L).put(new Count(1, 1));
    }

    private void countAndShip() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            shipLast(shipper);
        }
    }

    /** Its maps end, as with a reboot, with an unpinned map, or if somebody removes all pins. */
    private void endMachine() {
        machine.close();
        machine = CountsBpf.inMemory();
    }

    @Test
    void aRestartLeavesNone() throws Exception {
        for (int i = 0; i < 3; i++) {
            countAndShip();
            try (Shipper<Long> shipper = start()) {
                count(); // stays in its slot
                assertThat(shipper.statistics().stopped()).isFalse();
            }
        }
        countAndShip();
        requireGap(false, 4);
    }

    @Test
    void theEndOfMapsLeavesOne() throws Exception {
        countAndShip();
        try (Shipper<Long> shipper = start()) {
            await("a file", this::newestIsNoEnd);
            count();
            assertThat(shipper.statistics().stopped()).isFalse();
        }
        endMachine();
        countAndShip();
        requireGap(true, 2);
    }

    /** They are in a file, and the next process sends it. */
    @Test
    void countsThatComeAfterShipAreNotLost() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            shipLast(shipper);
            count();
        }
        endMachine();
        countAndShip();
        requireGap(true, 3);
    }

    /** The user has ended what counts. */
    @Test
    void theEndOfMapsAfterShipLeavesNone() throws Exception {
        for (int i = 0; i < 3; i++) {
            countAndShip();
            endMachine();
        }
        requireGap(false, 3);
    }

    /** The user was wrong, and what a map that can't be read has is in no file. */
    @Test
    void theEndOfAMapThatCanNotBeReadAfterShipLeavesOne() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            shipLast(shipper);
            count();
            MemoryFaults.of(machine).failAlways("count_map", MemoryFaults.Call.ITERATE, Errno.ENOMEM);
        }
        machine.tenant().drainWaiting(displaced -> {}); // it ends with the machine
        endMachine();
        countAndShip();
        requireGap(true, 2);
    }

    /** A pinned link goes on counting: the total must not call itself exact after a reboot. */
    @Test
    void theEndOfMapsAfterAShipThatIsNotTheLastLeavesOne() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            ship(shipper);
        }
        endMachine();
        countAndShip();
        requireGap(true, 2);
    }

    @Test
    void anotherProgramThatDrainsLeavesOne() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            shipLast(shipper);
            count();
            machine.tenant().drainAll(displaced -> {});
            count();
            shipLast(shipper);
        }
        requireGap(true, 2);
    }

    /** No row follows that could show it, so the next process leaves the number out. */
    @Test
    void anotherProgramThatDrainsBeforeTheEndLeavesOne() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            shipLast(shipper);
            count();
            machine.tenant().drainAll(displaced -> {});
            shipLast(shipper);
        }
        countAndShip();
        requireGap(true, 2);
    }

    @Test
    void anotherProgramThatDrainsBetweenProcessesLeavesOne() throws Exception {
        countAndShip();
        Shipper<Long> shipper = start();
        await("a file", this::newestIsNoEnd);
        count();
        shipper.close();
        machine.tenant().drainAll(displaced -> {});
        countAndShip();
        requireGap(true, 2);
    }

    private boolean newestHasCounts() {
        try {
            return Objects.requireNonNull(SpoolFile.Name.of(newest(directory.resolve("spool"))))
                            .maps()
                    > 0;
        } catch (IOException e) {
            return false; // it was just replaced
        }
    }

    private boolean newestIsNoEnd() {
        try {
            Path newest = newest(directory.resolve("spool"));
            return !SpoolFile.open(newest, Objects.requireNonNull(SpoolFile.Name.of(newest)))
                    .head()
                    .isEnd();
        } catch (IOException e) {
            return false; // it was just replaced
        }
    }

    @Test
    void aDamagedFileLeavesOne() throws Exception {
        broker().set(topic, "max.message.bytes", "1");
        try (Shipper<Long> shipper = start()) {
            count();
            assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(shipper, "max.message.bytes=1,");
            await("a file with counts", this::newestHasCounts);
        }
        Path file = newest(directory.resolve("spool"));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 30] ^= 1;
        Files.write(file, bytes);
        broker().set(topic, "max.message.bytes", "100000");
        try (Shipper<Long> shipper = start()) {
            count();
            assertThat(shipper.ship(PATIENCE)).isFalse(); // its counts are not in Kafka
            requireGap(true, 1);
            assertThat(shipper.shipLast(PATIENCE)).isFalse();
            deleteDamaged();
            shipLast(shipper);
            assertThat(shipper.statistics().spooledBytes()).isZero();
        }
        countAndShip();
        requireGap(true, 2);
    }

    private void deleteDamaged() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("spool"))) {
            Files.delete(all.filter(path -> path.toString().endsWith(".damaged"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** Its files are gone, so the series before has no end, and nobody continues it. */
    @Test
    void theEndOfItsDirectoryLeavesASeriesWithoutAnEnd() throws Exception {
        try (Shipper<Long> shipper = start()) {
            count();
            ship(shipper);
        }
        Broker.delete(directory.resolve("spool"));
        countAndShip();
        requireGap(true, 2);
        assertThat(losses(topic, broker())).singleElement().asString().contains("has no end");
    }

    /** It was drained before. */
    @Test
    void aMachineThatIsInstalledAgainLeavesNone() throws Exception {
        for (int i = 0; i < 3; i++) {
            countAndShip();
            endMachine();
            Broker.delete(directory.resolve("spool"));
        }
        requireGap(false, 3);
    }

    /** Two machines with one id, such as clones, of which each has its directory. */
    @Test
    void twoMachinesWithOneIdLeaveNone() throws Exception {
        try (CountsBpf other = CountsBpf.inMemory();
                Shipper<Long> shipper = start()) {
            count();
            ship(shipper);
            try (Shipper<Long> second =
                    Shipper.start(other.tenant(), broker().config(), options(topic, directory.resolve("other")))) {
                other.tenant().getOrCreate(1L).put(new Count(1, 1));
                shipLast(second);
            }
            count();
            shipLast(shipper);
        }
        requireGap(false, 3);
    }

    /** While nothing counts, each interval has a row, until the user has ended what counts. */
    @Test
    void anIntervalWithoutCountsHasARow() throws Exception {
        ShipperOptions often = options(topic, directory.resolve("spool")).withInterval(Duration.ofMillis(20));
        try (Shipper<Long> shipper = Shipper.start(machine.tenant(), broker().config(), often)) {
            await("rows", () -> shipper.statistics().messages() >= 5);
            shipLast(shipper);
            long messages = shipper.statistics().messages();
            Thread.sleep(200); // ten intervals
            assertThat(shipper.statistics().messages()).isEqualTo(messages);
            machine.tenant().getOrCreate(2L); // an interval with a new map is one in which something may count
            await("a row", () -> shipper.statistics().messages() > messages);
        }
        List<Row> all = allRows(topic, broker());
        assertThat(all)
                .allMatch(row -> !row.status().isEmpty())
                .filteredOn(row -> row.status().equals("ended"))
                .hasSize(1);
        assertThat(all.get(all.size() - 1).status()).isEqualTo("complete");
    }

    /** The topic of markers keeps a few, whatever the number of processes, and a copy of an earlier directory sends nothing again. */
    @Test
    void markersEnd() throws Exception {
        for (int i = 0; i < 15; i++) {
            countAndShip();
        }
        requireGap(false, 15);
        Map<String, Boolean> keys = new HashMap<>();
        committed(markers)
                .forEach(message -> keys.put(
                        new String(message.key(), java.nio.charset.StandardCharsets.UTF_8), message.value() != null));
        assertThat(keys).hasSize(15);
        assertThat(keys.values().stream().filter(isThere -> isThere)).hasSizeBetween(10, 12);
    }
}
