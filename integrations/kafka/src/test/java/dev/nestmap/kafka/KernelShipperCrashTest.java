/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that counts and ships is killed at random moments and started again: each count is in Kafka once. */
@KernelTest
@Tag("long")
class KernelShipperCrashTest extends PinnedBrokerTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);
    private static final int TENANTS = 300;

    @TempDir
    private Path directory;

    @Test
    void losesAndDoublesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Path ledger = Files.createFile(directory.resolve("ledger"));
        CountsBpf.TENANT_MAP.create(fs.path("tenant")).close();
        // A killed process may have made its last count and not yet written it down. Its successor makes it once more.
        Set<Long> repeated = new HashSet<>();

        for (int kill = 0; kill < KILLS; kill++) {
            long before = Files.size(ledger);
            repeated.add(before / Long.BYTES);
            Process child = agent(ledger, Duration.ofMillis(5), before / Long.BYTES);
            try {
                await("counts", () -> ledger.toFile().length() > before + 100 * Long.BYTES || !child.isAlive());
                // Half of the processes are killed right after a commit, while they close the maps.
                if (kill % 2 == 0) {
                    killAfterCommit(child);
                } else {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(100_000));
                    assertThat(child.isAlive())
                            .as(() -> "the child ended: " + output(child))
                            .isTrue();
                }
            } finally {
                child.destroyForcibly().onExit().join();
            }
        }
        long counted = Files.size(ledger) / Long.BYTES;
        try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.openPinned(fs.path("tenant"));
                Shipper<Long> shipper = Shipper.start(
                        tenants, broker().config(), options().withSpool(directory.resolve("spool"), 1_000_000_000))) {
            assertThat(shipper.ship(Duration.ofMinutes(3))).isTrue();
        }

        Map<Long, Integer> shipped = new HashMap<>();
        rows(topic).forEach(row -> shipped.merge(row.id(), 1, Integer::sum));
        System.out.println(KILLS + " kills, " + counted + " counts shipped");
        assertThat(LongStream.range(0, counted).filter(id -> !shipped.containsKey(id)))
                .as("lost, seed %s", seed)
                .isEmpty();
        assertThat(shipped.entrySet().stream()
                        .filter(count -> count.getValue() > (repeated.contains(count.getKey()) ? 2 : 1)))
                .as("doubled, seed %s", seed)
                .isEmpty();
        assertThat(losses(topic, broker())).isEmpty();
        assertThat(fs.content().stream().filter(pin -> pin.startsWith("tenant-draining/")))
                .isEmpty();
    }

    private void killAfterCommit(Process child) throws InterruptedException {
        Map<String, Object> config = new HashMap<>(broker().config());
        config.put("isolation.level", "read_committed");
        List<TopicPartition> partition = List.of(new TopicPartition(markers, 0));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partition);
            consumer.poll(Duration.ofMillis(1)); // connects
            consumer.seekToEnd(partition);
            consumer.position(partition.get(0));
            await("commit", () -> !consumer.poll(Duration.ofSeconds(1)).isEmpty());
            child.destroyForcibly(); // before the consumer is closed
        }
    }

    private static String output(Process child) {
        try {
            return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process agent(Path ledger, Duration interval, long first) throws Exception {
        return new ChildVm()
                .start(
                        Agent.class,
                        fs.path("tenant").toString(),
                        broker().bootstrap(),
                        topic,
                        ledger.toString(),
                        directory.resolve("spool").toString(),
                        interval.toString(),
                        Long.toString(first));
    }

    /** Counts and ships until it is killed. Each count is an entry with a number of its own, which the ledger has afterwards. */
    static final class Agent {
        private Agent() {}

        public static void main(String[] arguments) throws Exception {
            ShipperOptions options = ShipperOptions.to(arguments[2])
                    .withMachine("machine")
                    .withMarkerTopic(CommitMarker.TOPIC_PREFIX + arguments[2])
                    .withInterval(Duration.parse(arguments[5]))
                    .withSpool(Path.of(arguments[4]), 1_000_000_000);
            try (TenantMap.Owned tenants =
                            CountsBpf.TENANT_MAP.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE);
                    Shipper<Long> shipper = Shipper.start(tenants, Map.of("bootstrap.servers", arguments[1]), options);
                    FileChannel ledger = FileChannel.open(Path.of(arguments[3]), StandardOpenOption.APPEND)) {
                for (long id = Long.parseLong(arguments[6]);
                        !shipper.statistics().stopped();
                        id++) {
                    count(tenants, id);
                    ledger.write(ByteBuffer.allocate(Long.BYTES).putLong(0, id));
                }
            }
        }

        /** The shipper may rotate the map away meanwhile. Then this process writes to the next one. If it is full, it waits for that. */
        private static void count(TenantMap tenants, long id) throws InterruptedException {
            while (true) {
                try {
                    CountMap map = tenants.getOrCreate(id % TENANTS);
                    map.put(new Count(id, 1));
                    return;
                } catch (BpfException e) {
                    if (!(e instanceof InvalidHandleException) && e.errno() != Errno.E2BIG) {
                        throw e;
                    }
                    Thread.sleep(1);
                }
            }
        }
    }
}
