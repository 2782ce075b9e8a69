/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A spool returns what was written to it, and nothing else, whatever its files contain. What it does not return is a gap in the numbers. */
class SpoolTest {
    private static final String ID = "nestmap.machine.tenant";
    private static final UUID BOOT = new UUID(1, 2);

    @TempDir
    private Path directory;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder("nestmap.machine.tenant");
    private final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Spool::close);
        bpf.close();
    }

    /** Opens the directory as the next process does: Kafka has no markers. */
    private Spool open() {
        return open(1_000_000, ID);
    }

    private Spool open(long mostBytes, String id) {
        Spool spool = openUnresolved(mostBytes, id);
        spool.resolve(Map.of());
        spool.acknowledged();
        return spool;
    }

    /** Opens the directory as a process does that Kafka has not answered yet. */
    private Spool openUnresolved(long mostBytes, String id) {
        opened.forEach(Spool::close);
        Spool spool =
                new Spool(new ShipperOptions.SpoolDirectory(directory.resolve("spool"), mostBytes), id, BOOT, progress);
        opened.add(spool);
        spool.open();
        return spool;
    }

    private RowWriter.Rows map(int id, long packets) {
        return map(id, packets, 0);
    }

    private RowWriter.Rows map(int id, long packets, long refused) {
        bpf.tenant().discard(1);
        CountMap entries = bpf.tenant().create(1);
        if (packets > 0) {
            entries.put(new Count(id, packets));
        }
        MapIdentity identity = new MapIdentity(
                "machine", BOOT, id, Instant.ofEpochSecond(100, id), "tenant", ByteString.ofHex("2a000000"));
        return new RowWriter(bpf.tenant(), "machine", "tenant").write(identity, entries, () -> refused == 0);
    }

    private void append(Spool spool, RowWriter.Rows... maps) {
        RowWriter writer = new RowWriter(bpf.tenant(), "machine", "tenant");
        List<RowWriter.Rows> contents = new ArrayList<>(List.of(maps));
        contents.add(writer.status(RowWriter.Status.COMPLETE, Instant.ofEpochSecond(100), spool.previous()));
        spool.append(contents, Set.of(7), false);
        spool.acknowledged();
    }

    /** The rows of all files, without the last one of each, which has no counts. */
    private static List<Row> read(Spool spool) throws Exception {
        List<Row> rows = new ArrayList<>();
        while (spool.bytes() > 0) {
            SpoolFile file = Objects.requireNonNull(spool.awaitFile());
            try {
                file.requireUndamaged();
            } catch (SpoolFile.DamagedException e) {
                spool.setAside(file, e);
                continue;
            }
            file.readMessages((position, message) -> {
                Row row = Row.of(message);
                assertThat(row.position()).isEqualTo(position);
                if (row.status().isEmpty()) {
                    rows.add(row);
                }
            });
            spool.remove(file);
        }
        return rows;
    }

    private static List<Long> numbers(List<Row> rows) {
        return rows.stream().map(Row::number).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("spool"))) {
            return all.filter(path -> !path.endsWith("lock")).sorted().toList();
        }
    }

    private static void requireRefusal(ThrowingCallable call, String... texts) {
        assertThatThrownBy(call).isInstanceOf(ShippingException.class).hasMessageContainingAll(texts);
    }

    @Test
    void returnsRowsOfAllProcesses() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10), map(2, 20));
        append(spool, map(3, 30));
        assertThat(progress.now().spooledBytes()).isEqualTo(spool.bytes()).isPositive();

        Spool again = open();
        SpoolFile newest = Objects.requireNonNull(again.newest());
        assertThat(newest.readMaps())
                .isEqualTo(new SpoolFile.Maps(
                        Set.of(SpoolFile.Entry.of(
                                Objects.requireNonNull(map(3, 0).map()))),
                        Set.of(7)));
        append(again, map(4, 40));
        List<Row> rows = read(again);
        assertThat(numbers(rows)).containsExactly(1L, 2L, 4L, 1L);
        assertThat(rows.get(0)).satisfies(row -> {
            assertThat(row.json().get("machine").textValue()).isEqualTo("machine");
            assertThat(row.tenant()).isEqualTo(42);
            assertThat(row.id()).isEqualTo(1);
            assertThat(row.packets()).isEqualTo(10);
            assertThat(row.isExact()).isTrue();
        });
        assertThat(rows.get(3).position().series())
                .isNotEqualTo(rows.get(2).position().series());
        assertThat(files()).hasSize(1); // says what was in slots
        assertThat(progress.now().spooledBytes()).isZero();
        assertThat(open().bytes()).isZero();
    }

    /** A file that was cut at any byte, or has another byte anywhere, is set aside, with each of its maps. The others are read, and a number is left out. */
    @Test
    void leavesOutTheNumbersOfDamagedFiles() throws Exception {
        append(open(), map(1, 10), map(2, 10));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at += 7) {
            byte[] changed = bytes.clone();
            changed[at] ^= 4;
            requireSetAside(file, changed);
            requireSetAside(file, Arrays.copyOf(bytes, at));
        }
    }

    private void requireSetAside(Path file, byte[] content) throws Exception {
        Files.write(file, content);
        long before = progress.now().inexactMaps();
        Spool spool = open();
        assertThat(read(spool)).isEmpty();
        assertThat(spool.hasDamaged()).isTrue();
        assertThat(progress.now().spooledBytes()).isEqualTo(content.length);
        assertThat(progress.now().inexactMaps()).isEqualTo(before + 2);
        assertThat(files()).containsExactly(file); // until a number shows it

        Spool next = open();
        append(next, map(3, 30));
        assertThat(numbers(read(next))).containsExactly(2L);
        assertThat(files()).hasSize(2).contains(Path.of(file + ".damaged"));
        assertThat(next.hasDamaged()).as("also if it is empty").isTrue();
        assertThat(open().hasDamaged()).isTrue();
        for (Path each : files()) {
            Files.delete(each);
        }
    }

    /** The numbers of the next files show that one is missing. */
    @Test
    void leavesOutNoOtherNumberIfLaterRowsShowTheGap() throws Exception {
        Spool spool = open();
        for (int i = 1; i <= 3; i++) {
            append(spool, map(i, 10));
        }
        Files.write(files().get(1), new byte[20]);
        Spool next = open();
        append(next, map(4, 10));

        assertThat(numbers(read(next))).containsExactly(1L, 5L, 1L);
    }

    /** No message says that inserts into an empty map failed. */
    @Test
    void leavesOutANumberForAnEmptyMapThatHasRefused() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        append(spool, map(2, 0, 7));
        Spool next = open(); // remembers it
        append(next, map(3, 0));
        append(next, map(4, 10), map(5, 0, 7), map(6, 10));
        append(next, map(7, 10));

        assertThat(numbers(read(next))).containsExactly(1L, 3L, 4L, 6L);
        assertThat(progress.now().inexactMaps()).isEqualTo(2);
    }

    /** Whoever writes a right checksum can't make a shipper fail otherwise, or use more memory than the file has bytes. */
    @Test
    void survivesFilesThatNoShipperHasWritten() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        append(open(), map(1, 10), map(2, 20));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < 500; i++) {
            ByteBuffer hostile = ByteBuffer.wrap(bytes.clone());
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = 4 + Integer.BYTES + ID.length() + random.nextInt(bytes.length - 60 - ID.length());
                hostile.putInt(at, random.nextBoolean() ? random.nextInt() : random.nextInt(300));
            }
            Files.write(file, withSum(hostile.array()));
            Spool spool = open();
            if (spool.bytes() > 0) {
                SpoolFile first = Objects.requireNonNull(spool.awaitFile());
                try {
                    first.readMaps();
                    first.readMessages((position, message) -> {});
                } catch (SpoolFile.DamagedException e) {
                    assertThat(e).as("seed %s", seed).hasMessageContaining("is damaged");
                }
            }
        }
    }

    /** Corrects the checksum at the end of a file. */
    private static byte[] withSum(byte[] file) {
        CRC32C sum = new CRC32C();
        sum.update(file, 0, file.length - Long.BYTES);
        ByteBuffer.wrap(file).putLong(file.length - Long.BYTES, sum.getValue());
        return file;
    }

    /** A file of this format may wait on a machine for months. A later version sends it, too, or has another format. */
    @Test
    void sendsAFileThatThisFormatBeganWith() throws Exception {
        String name = "000000000001-52197187-72f1-4980-9639-398dbd3ae57b-1-2-1";
        Path spool = Files.createDirectory(
                directory.resolve("spool"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (InputStream example =
                Objects.requireNonNull(SpoolTest.class.getResourceAsStream("/formats/NMS4/" + name))) {
            Files.createFile(spool.resolve(name), SpoolFile.OWN);
            Files.write(spool.resolve(name), example.readAllBytes());
        }

        assertThat(read(open())).singleElement().satisfies(row -> {
            assertThat(row.position()).isEqualTo(new RowPosition(UUID.fromString(name.substring(13, 49)), 1));
            assertThat(row.packets()).isEqualTo(10);
            assertThat(row.isExact()).isTrue();
        });
    }

    /** Nobody would send it, and no number would be missing. */
    @Test
    void refusesFilesOfAnotherVersion() throws Exception {
        append(open(), map(1, 10));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        byte[] earlier = bytes.clone();
        earlier[3] = '3';
        Files.write(file, withSum(earlier));
        requireRefusal(this::open, file + " is a file of another version of nestmap-kafka");
        assertThat(files()).containsExactly(file);

        Files.write(file, bytes);
        Path named = Files.createFile(directory.resolve("spool").resolve(new UUID(3, 4) + "-000000001")); // NMS1
        requireRefusal(this::open, named + " is a file of another version");
        Files.delete(named);
        Files.createDirectory(directory.resolve("spool/lost+found"));
        Path stray = Files.createFile(directory.resolve("spool/notes.txt"));
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka")) {
            assertThat(read(open())).hasSize(1);
            assertThat(warnings.messages()).anyMatch(text -> text.contains(stray + " is not a file of a shipper"));
        }
    }

    @Test
    void forgetsAFileThatWasNotComplete() throws Exception {
        append(open(), map(1, 10));
        Files.write(directory.resolve("spool/writing"), new byte[] {1, 2, 3});

        assertThat(read(open())).hasSize(1);
        assertThat(files()).hasSize(1);
    }

    @Test
    void reportsThatItIsFullAndStaysAsItIs() throws Exception {
        Spool spool = open(700, ID);
        append(spool, map(1, 10));
        long bytes = spool.bytes();

        requireRefusal(
                () -> append(spool, map(2, 10), map(3, 30), map(4, 30), map(5, 30), map(6, 30)),
                "is full",
                "may have 700");

        assertThat(files()).hasSize(1);
        assertThat(spool.bytes()).isEqualTo(bytes);
        assertThat(read(open(700, ID))).hasSize(1);
    }

    /** The limit is that of all files, and a damaged one stays until somebody has examined it. */
    @Test
    void damagedFilesTakeRoom() throws Exception {
        append(open(), map(1, 10));
        Path damaged = files().get(0);
        Files.write(damaged, new byte[100_000]);
        append(open(), map(2, 10)); // its number shows the gap
        Spool spool = open(100_000, ID);
        requireRefusal(() -> append(spool, map(3, 10)), "is full", "100000 bytes are in damaged files (*.damaged)");
        assertThat(progress.now().spooledBytes()).isEqualTo(spool.bytes() + 100_000);
        assertThat(spool.hasDamaged()).isTrue();

        Files.delete(Path.of(damaged + ".damaged"));
        append(spool, map(3, 10));
        assertThat(spool.hasDamaged()).isFalse();
        assertThat(progress.now().spooledBytes()).isEqualTo(spool.bytes());
        assertThat(read(spool)).hasSize(2);
    }

    /** Otherwise the file whose number shows the gap could never be written, and no file would have the name that the problem says. */
    @Test
    void aDamagedFileTakesRoomOnceItsNameSaysSo() throws Exception {
        append(open(), map(1, 10));
        Path damaged = files().get(0);
        Files.write(damaged, new byte[100_000]);
        Spool spool = open(100_000, ID);
        append(spool, map(2, 10));

        assertThat(Path.of(damaged + ".damaged")).exists();
        requireRefusal(() -> append(spool, map(3, 10)), "100000 bytes are in damaged files (*.damaged)");
    }

    @Test
    void reportsADiskThatFails() throws Exception {
        Spool spool = open();
        Path path = directory.resolve("spool");
        Files.move(path, directory.resolve("away"));

        requireRefusal(() -> append(spool, map(1, 10)), "can't be written");

        Files.move(directory.resolve("away"), path);
        append(spool, map(2, 20));
        assertThat(numbers(read(open()))).containsExactly(1L);
    }

    /** Wherever in a file the disk becomes full: what was acknowledged is in whole files, and the rest waits for room. */
    @Test
    @EnabledIf("isRoot")
    void aFullDiskLosesNoAcknowledgedRow() throws Exception {
        Path path = Files.createDirectories(directory.resolve("spool"));
        for (int before = 0; before < 40; before += 8) {
            try (Mount disk = Mount.disk(path, "48k")) {
                Spool spool = open();
                List<Long> packets = new ArrayList<>();
                for (int fill = 0; fill < before; fill++) { // so that the end of the disk is elsewhere
                    append(spool, map(1, 1));
                    spool.remove(Objects.requireNonNull(spool.awaitFile()));
                }
                requireRefusal(
                        () -> {
                            for (long next = 1; next < 100; next++) {
                                append(spool, map((int) next, next));
                                packets.add(next);
                            }
                        },
                        "can't be written",
                        "No space left on device");
                assertThat(packets).hasSizeBetween(2, 50);
                disk.enlarge("1m");
                append(spool, map(1, 1000));
                packets.add(1000L);
                assertThat(read(open()).stream().map(Row::packets).toList()).isEqualTo(packets);
                opened.forEach(Spool::close);
                opened.clear();
            }
        }
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @Test
    void belongsToOneShipperAtATime() throws Exception {
        append(open(), map(1, 10));
        Spool second =
                new Spool(new ShipperOptions.SpoolDirectory(directory.resolve("spool"), 1_000_000), ID, BOOT, progress);
        requireRefusal(second::open, "another shipper uses the spool");

        requireRefusal(() -> open(1_000_000, "nestmap.other.tenant"), "has counts of the shipper " + ID);
        assertThat(read(open())).hasSize(1);
        assertThat(open(1_000_000, "nestmap.other.tenant").bytes()).isZero(); // everything was sent
    }

    /** Then a reboot deletes it, and the next process leaves a number out. */
    @Test
    void warnsOfADirectoryInMemory() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeThat(memory).exists();
        Path path = memory.resolve("nestmap-spool-test");
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Spool spool = new Spool(new ShipperOptions.SpoolDirectory(path, 1_000_000), ID, BOOT, progress)) {
            spool.open();
            assertThat(warnings.messages()).anyMatch(text -> text.contains(path + " is in memory (tmpfs)"));
        } finally {
            Files.deleteIfExists(path.resolve("lock"));
            Files.delete(path);
        }
    }

    /** The marker of a series has its last row in Kafka. */
    @Test
    void sendsNothingThatMarkersName() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        append(spool, map(2, 20), map(3, 30));
        append(spool, map(4, 40));
        UUID series = Objects.requireNonNull(spool.awaitFile()).name().series();

        Spool again = open();
        again.resolve(Map.of(series, new CommitMarker(5, 0), new UUID(5, 6), new CommitMarker(99, 0)));
        assertThat(numbers(read(again))).containsExactly(6L);
    }

    @Test
    void givesOthersNoRights() throws Exception {
        append(open(), map(1, 10));
        for (Path file : List.of(files().get(0), directory.resolve("spool/lock"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("spool"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aDamagedMarkerIsRejected() {
        byte[] marker = new CommitMarker(17, 2).write();

        assertThat(CommitMarker.read(marker)).isEqualTo(new CommitMarker(17, 2));
        for (int length = 0; length < marker.length; length++) {
            byte[] cut = Arrays.copyOf(marker, length);
            assertThatThrownBy(() -> CommitMarker.read(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        for (CommitMarker wrong : List.of(new CommitMarker(0, 2), new CommitMarker(17, -1))) {
            assertThatThrownBy(() -> CommitMarker.read(wrong.write())).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
