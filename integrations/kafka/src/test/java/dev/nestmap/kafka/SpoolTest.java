/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool returns what was written to it, and nothing else, whatever its files contain. */
class SpoolTest {
    private static final String ID = "nestmap.machine.tenant";
    private static final UUID BOOT = new UUID(1, 2);
    private static final byte[] LAYOUT = "layout".getBytes(StandardCharsets.UTF_8);
    private static final PartPosition AFTER = new PartPosition(ID, new UUID(5, 6), 16);

    @TempDir
    private Path directory;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder();
    private final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Spool::close);
        bpf.close();
    }

    private Spool open() {
        return open(1_000_000, ID);
    }

    private Spool open(long mostBytes, String id) {
        opened.forEach(Spool::close);
        Spool spool = Spool.open(
                new ShipperOptions.SpoolDirectory(directory.resolve("spool"), mostBytes), id, BOOT, progress);
        opened.add(spool);
        return spool;
    }

    private UnshippedMap map(int id, long packets) {
        CountMap.Owned entries = bpf.tenant().detached();
        entries.put(new Count(id, packets));
        MapIdentity identity = new MapIdentity(
                "machine", BOOT, id, Instant.ofEpochSecond(100, id), "tenant", ByteString.ofHex("2a000000"));
        return new UnshippedMap(identity, entries, () -> {}, () -> {}, 0, Map.of("pod", "größer"));
    }

    private PartWriter writer(MessageFormat format) {
        return PartWriter.of(bpf.tenant(), ShipperOptions.to("counts").withFormat(format));
    }

    private void append(Spool spool, UnshippedMap... maps) {
        spool.append(spool.nextFile(List.of(maps), writer(MessageFormat.BINARY)), LAYOUT);
    }

    /** The parts of all files, and the problems with those that can't be read. */
    private List<Part<Long, Count>> read(Spool spool) {
        List<Part<Long, Count>> parts = new ArrayList<>();
        PartDeserializer<Long, Count> reader = PartDeserializer.of(bpf.tenant());
        PartPosition position = AFTER;
        for (SpoolFile file = spool.first(); file != null; file = spool.first()) {
            TransactionalProducer.Sent sent = spool.read(
                    file,
                    position,
                    (message, headers) -> parts.add(
                            Objects.requireNonNull(reader.deserialize("counts", new RecordHeaders(headers), message))));
            position = new PartPosition(ID, AFTER.series(), position.number() + sent.messages());
            spool.remove(file);
        }
        return parts;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("spool"))) {
            return all.filter(path -> !path.endsWith("lock")).sorted().toList();
        }
    }

    @Test
    void returnsPartsWithTheirNextPositions() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10), map(2, 20));
        append(spool, map(3, 30));
        assertThat(progress.now().spooledBytes()).isEqualTo(spool.bytes()).isPositive();

        Spool again = open();
        assertThat(again.lastMaps())
                .containsExactly(CommitMarker.Entry.of(map(3, 0).identity()));
        assertThat(read(again))
                .satisfiesExactly(
                        part -> {
                            assertThat(part.map()).isEqualTo(map(1, 0).identity());
                            assertThat(part.position()).isEqualTo(new PartPosition(ID, AFTER.series(), 17));
                            assertThat(part.labels()).isEqualTo(Map.of("pod", "größer"));
                            assertThat(part.entries()).containsExactly(new Count(1, 10));
                            assertThat(part.isExact()).isTrue();
                        },
                        part -> assertThat(part.position().number()).isEqualTo(18),
                        part -> assertThat(part.position().number()).isEqualTo(19));
        assertThat(files()).isEmpty();
        assertThat(progress.now().spooledBytes()).isZero();
        assertThat(open().first()).isNull();
    }

    @Test
    void movesMessagesOfJson() throws Exception {
        Spool spool = open();
        UnshippedMap hostile = new UnshippedMap(
                map(1, 10).identity(), map(1, 10).entries(), () -> {}, () -> {}, 0, Map.of("a", ",\"series\":\""));
        spool.append(spool.nextFile(List.of(hostile), writer(MessageFormat.JSON)), LAYOUT);
        List<byte[]> messages = new ArrayList<>();
        spool.read(Objects.requireNonNull(spool.first()), AFTER, (message, headers) -> messages.add(message));

        byte[] expected =
                writer(MessageFormat.JSON).write(hostile, AFTER).list().get(0);
        assertThat(new ObjectMapper().readTree(messages.get(0))).isEqualTo(new ObjectMapper().readTree(expected));
    }

    /** A file that was cut at any byte, or has another byte anywhere, is set aside. The others are read. */
    @Test
    void setsDamagedFilesAside() throws Exception {
        append(open(), map(1, 10));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 4;
            requireSetAside(file, changed);
            requireSetAside(file, Arrays.copyOf(bytes, at));
        }
        assertThat(progress.now().inexactMaps()).isEqualTo(2L * bytes.length);

        append(open(), map(2, 20));
        Files.write(file, Arrays.copyOf(bytes, 20));
        assertThat(read(open()))
                .singleElement()
                .satisfies(part -> assertThat(part.entries()).containsExactly(new Count(2, 20)));
    }

    private void requireSetAside(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Spool spool = open();
        spool.resolve(UnshippedMapsTest.NO_MARKERS);
        SpoolFile first = spool.first();
        if (first != null) { // its first bytes are right
            assertThatThrownBy(() -> spool.read(first, AFTER, (message, headers) -> {
                        throw new AssertionError("sends a damaged file");
                    }))
                    .isInstanceOf(ShippingException.class)
                    .hasMessageContaining("is damaged");
            assertThat(spool.first()).isNull();
        }
        assertThat(files()).containsExactly(Path.of(file + ".damaged"));
        Files.delete(Path.of(file + ".damaged"));
    }

    /** Whoever writes a right checksum can't make a shipper fail otherwise, or use more memory than the file has bytes. */
    @Test
    void survivesFilesThatNoShipperHasWritten() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        append(open(), map(1, 10), map(2, 20));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < 2000; i++) {
            ByteBuffer hostile = ByteBuffer.wrap(bytes.clone());
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = 4 + Integer.BYTES + ID.length() + random.nextInt(bytes.length - 60 - ID.length());
                hostile.putInt(at, random.nextBoolean() ? random.nextInt() : random.nextInt(300));
            }
            CRC32C sum = new CRC32C();
            sum.update(hostile.array(), 0, bytes.length - Long.BYTES);
            hostile.putLong(bytes.length - Long.BYTES, sum.getValue());
            Files.write(file, hostile.array());
            Spool spool = open();
            spool.resolve(UnshippedMapsTest.NO_MARKERS);
            SpoolFile first = spool.first();
            if (first != null) {
                try {
                    spool.read(first, AFTER, (message, headers) -> {});
                } catch (ShippingException e) {
                    assertThat(e).as("seed %s", seed).hasMessageContaining("is damaged");
                    assertThat(spool.first()).isNull();
                }
            }
            Files.deleteIfExists(Path.of(file + ".damaged"));
        }
    }

    @Test
    void forgetsAFileThatWasNotComplete() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        Files.write(directory.resolve("spool/writing"), new byte[] {1, 2, 3});

        assertThat(read(open())).hasSize(1);
        assertThat(files()).isEmpty();
    }

    @Test
    void reportsThatItIsFullAndStaysAsItIs() throws Exception {
        Spool spool = open(1200, ID);
        append(spool, map(1, 10));
        long bytes = spool.bytes();

        assertThatThrownBy(() -> append(spool, map(2, 10), map(3, 30), map(4, 30), map(5, 30)))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("is full")
                .hasMessageContaining("may have 1200");

        assertThat(files()).hasSize(1);
        assertThat(spool.bytes()).isEqualTo(bytes);
        assertThat(read(open(1200, ID))).hasSize(1);
    }

    @Test
    void reportsADiskThatFails() throws Exception {
        Spool spool = open();
        Path path = directory.resolve("spool");
        Files.move(path, directory.resolve("away"));

        assertThatThrownBy(() -> append(spool, map(1, 10)))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("can't be written");

        Files.move(directory.resolve("away"), path);
        append(spool, map(2, 20));
        assertThat(read(open())).hasSize(1);
    }

    @Test
    void belongsToOneShipperAtATime() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        assertThatThrownBy(() -> Spool.open(
                        new ShipperOptions.SpoolDirectory(directory.resolve("spool"), 1_000_000), ID, BOOT, progress))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("another shipper uses the spool");

        assertThatThrownBy(() -> open(1_000_000, "nestmap.other.tenant"))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("has counts of the shipper " + ID);
        assertThat(read(open())).hasSize(1);
    }

    @Test
    void isNotInMemory() {
        Path memory = Path.of("/dev/shm");
        assumeThat(memory).exists();
        assertThatThrownBy(() -> Spool.open(
                        new ShipperOptions.SpoolDirectory(memory.resolve("nestmap-spool-test"), 1_000_000),
                        ID,
                        BOOT,
                        progress))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("is in memory (tmpfs)");
        assertThat(memory.resolve("nestmap-spool-test")).doesNotExist();
    }

    /** The marker of a segment names its last committed file. The marker of an earlier transaction names some of its maps. */
    @Test
    void sendsNothingThatMarkersName() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        append(spool, map(2, 20));
        append(spool, map(3, 30), map(4, 40));
        SpoolFile first = Objects.requireNonNull(spool.first());
        CommitMarker.Entry second = SpoolFile.open(files().get(1)).markerEntry();
        Map<MarkerKey, CommitMarker> markers = new HashMap<>();
        markers.put(first.markerKey(), marker(first.segment(), second));
        markers.put(
                new MarkerKey(ID, BOOT, 7),
                marker(BOOT, CommitMarker.Entry.of(map(4, 0).identity())));

        Spool again = open();
        again.resolve(new LastMarkers(markers, null));
        again.resolve(UnshippedMapsTest.NO_MARKERS); // a later reading of the markers does not return the old ones
        SpoolFile last = Objects.requireNonNull(again.first());
        assertThat(last.number()).isEqualTo(3);
        assertThat(read(again))
                .singleElement()
                .satisfies(part -> assertThat(part.map()).isEqualTo(map(3, 0).identity()));
    }

    /** The directory's disk fails while the markers are read, which are not read again. */
    @Test
    void keepsMarkersAndDeletesALeftoverAfterAFailure() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        SpoolFile first = Objects.requireNonNull(spool.first());
        LastMarkers found =
                new LastMarkers(Map.of(first.markerKey(), marker(first.segment(), first.markerEntry())), null);
        Path path = directory.resolve("spool");
        Files.move(path, directory.resolve("away"));
        assertThatThrownBy(() -> append(spool, map(2, 20))).isInstanceOf(ShippingException.class);
        assertThatThrownBy(() -> spool.resolve(found)).hasMessageContaining("can't be written");

        Files.move(directory.resolve("away"), path);
        spool.resolve(UnshippedMapsTest.NO_MARKERS);
        assertThat(spool.first()).isNull();
        assertThat(files()).isEmpty();
    }

    /** A snapshot of the running machine continues the same segment. */
    @Test
    void setsAFileAsideThatAnotherMachineHasSentWithOtherCounts() throws Exception {
        Spool spool = open();
        append(spool, map(1, 10));
        append(spool, map(2, 20));
        SpoolFile first = Objects.requireNonNull(spool.first());
        CommitMarker.Entry other = new CommitMarker.Entry(2, first.markerEntry().takenOut());
        Path second = files().get(1);

        spool.resolve(new LastMarkers(Map.of(first.markerKey(), marker(first.segment(), other)), null));

        assertThat(spool.first()).isNull();
        assertThat(files()).containsExactly(Path.of(second + ".damaged"));
        assertThat(progress.now().inexactMaps()).isEqualTo(1);
    }

    /** Each process has a segment of its own. A clock that is set back does not change the order of its files. */
    @Test
    void sendsTheOldestSegmentFirst() throws Exception {
        for (int i = 1; i <= 4; i++) {
            Spool spool = open();
            append(spool, map(10 + i, 1));
            append(spool, map(10 - i, 1));
        }
        assertThat(read(open())).extracting(part -> part.map().mapId()).containsExactly(11, 9, 12, 8, 13, 7, 14, 6);
    }

    @Test
    void writesNothingWhenItIsFull() throws Exception {
        Spool spool = open(10, ID);
        Files.move(directory.resolve("spool"), directory.resolve("away")); // so that writing would fail

        assertThatThrownBy(() -> append(spool, map(1, 10))).hasMessageContaining("is full");
    }

    @Test
    void givesOthersNoRights() throws Exception {
        append(open(), map(1, 10));
        for (Path file : List.of(files().get(0), directory.resolve("spool/lock"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    /** A lock of a file ends with the first channel of the process that is closed. */
    @Test
    void keepsItsLockWhenASecondShipperOfTheProcessFails() throws Exception {
        open();
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("spool"));
        assertThatThrownBy(
                        () -> Spool.open(new ShipperOptions.SpoolDirectory(link, 1_000_000), "other", BOOT, progress))
                .hasMessageContaining("another shipper uses the spool");

        Process other =
                new ChildVm().start(Other.class, directory.resolve("spool/lock").toString());
        assertThat(other.waitFor()).isEqualTo(Other.LOCKED);
    }

    /** A shipper in another class loader knows nothing of the spools that are open here. */
    @Test
    void keepsTheLockOfAShipperInAnotherClassLoader() throws Exception {
        Path lock = Files.createFile(
                Files.createDirectories(directory.resolve("spool")).resolve("lock"));
        try (FileChannel held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            held.lock();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(this::open).hasMessageContaining("another shipper uses the spool");
                Process other = new ChildVm().start(Other.class, lock.toString());
                assertThat(other.waitFor()).isEqualTo(Other.LOCKED);
            }
        }
        append(open(), map(1, 10));
        assertThat(read(open())).hasSize(1);
    }

    @Test
    void namesTheProcessOfTheOtherShipper() throws Exception {
        Path lock = Files.createFile(
                Files.createDirectories(directory.resolve("spool")).resolve("lock"));
        Process other = new ChildVm().start(Other.class, lock.toString(), "stays");
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            ChildVm.stop(other);
            assertThatThrownBy(this::open)
                    .isInstanceOf(ShippingException.class)
                    .hasMessageContaining(
                            "another shipper uses the spool %1$s: end process %2$d (stopped: kill -CONT %2$d continues it), or ",
                            lock.getParent(), other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        append(open(), map(1, 10));
    }

    /** Another process. */
    static final class Other {
        static final int LOCKED = 17;

        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel lock = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                boolean isLocked = lock.tryLock() == null;
                if (arguments.length > 1) {
                    System.out.println("locked");
                    System.in.read();
                }
                System.exit(isLocked ? LOCKED : 0);
            }
        }
    }

    private static CommitMarker marker(UUID boot, CommitMarker.Entry map) {
        return new CommitMarker(new UUID(3, 4), new UUID(5, 6), 16, "counts", 2, boot, Set.of(map));
    }
}
