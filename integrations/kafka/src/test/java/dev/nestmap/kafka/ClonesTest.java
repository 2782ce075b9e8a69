/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two machines with one transactional id and copies of one directory, in random orders of commits, answers that are cut, and restarts: each count is in Kafka once. */
class ClonesTest {
    private static final String ID = "nestmap.machine.tenant";
    private static final int ORDERS = Integer.getInteger("nestmap.orders", 60);
    private static final int EVENTS = 8;

    @TempDir
    private Path directory;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final RowWriter writer = new RowWriter(bpf.tenant(), "machine", "tenant");
    private long counted;

    @AfterEach
    void close() {
        bpf.close();
    }

    /** What Kafka has: entries, and a compacted topic of markers. */
    private static final class Kafka {
        private final List<Long> entries = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();
        private final Map<UUID, CommitMarker> markers = new HashMap<>();

        private void commit(SpoolFile file) throws IOException {
            file.readMessages((position, message) -> {
                Row row = Row.of(message);
                rows.add(row);
                if (row.status().isEmpty()) {
                    entries.add(row.id());
                }
            });
            markers.put(file.name().series(), new CommitMarker(file.name().last(), 0));
        }
    }

    private final class Machine {
        private final Kafka kafka;
        private final Path path;
        private Spool spool;

        Machine(Kafka kafka, Path path) {
            this.kafka = kafka;
            this.path = path;
            this.spool = open();
        }

        private Spool open() {
            Spool opened = new Spool(
                    new ShipperOptions.SpoolDirectory(path, 1_000_000),
                    ID,
                    new UUID(1, 2),
                    new ShipperStatisticsRecorder("nestmap.machine.tenant"));
            opened.open();
            opened.resolve(kafka.markers);
            opened.acknowledged();
            return opened;
        }

        private void restart() {
            spool.close();
            spool = open();
        }

        private void count() {
            bpf.tenant().discard(1);
            CountMap entries = bpf.tenant().create(1);
            entries.put(new Count(counted++, 1));
            MapIdentity map = new MapIdentity(
                    "machine",
                    new UUID(1, 2),
                    1,
                    Instant.ofEpochSecond(counted),
                    "tenant",
                    ByteString.ofHex("2a000000"));
            RowWriter.Rows end = writer.status(RowWriter.Status.COMPLETE, map.takenOut(), spool.previous());
            spool.append(List.of(writer.write(map, entries, () -> true), end), Set.of(), false);
            spool.acknowledged();
        }

        /** @param answered otherwise, the next process, or the next producer of this one, finds the marker */
        private void send(boolean answered) throws Exception {
            spool.resolve(kafka.markers); // of a new producer, because the other machine has fenced the last one
            if (spool.bytes() > 0) {
                SpoolFile file = Objects.requireNonNull(spool.awaitFile());
                kafka.commit(file);
                if (answered) {
                    spool.remove(file);
                }
            }
        }
    }

    @Test
    void neverAddACountTwice() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int order = 0; order < ORDERS; order++) {
            counted = 0;
            Kafka kafka = new Kafka();
            Path original = directory.resolve("original" + order);
            Machine first = new Machine(kafka, original);
            first.count();
            first.count();
            if (random.nextBoolean()) {
                first.send(random.nextBoolean());
            }
            Path copy = Files.createDirectory(directory.resolve("copy" + order));
            try (var all = Files.list(original)) {
                for (Path file : all.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            List<Machine> machines = List.of(first, new Machine(kafka, copy));
            for (int event = 0; event < EVENTS; event++) {
                Machine machine = machines.get(random.nextInt(2));
                switch (random.nextInt(4)) {
                    case 0 -> machine.count();
                    case 1 -> machine.send(true);
                    case 2 -> machine.send(false);
                    default -> machine.restart();
                }
            }
            for (Machine machine : machines) {
                machine.restart();
                while (machine.spool.bytes() > 0) {
                    machine.send(true);
                }
                machine.spool.close();
            }
            assertThat(kafka.entries)
                    .as("order %s, seed %s", order, seed)
                    .doesNotHaveDuplicates()
                    .hasSize((int) counted);
            assertThat(Losses.of(kafka.rows)).allMatch(loss -> loss.endsWith(" has no end")); // both machines may go on
        }
    }
}
