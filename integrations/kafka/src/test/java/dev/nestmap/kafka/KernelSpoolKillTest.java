/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FreePort;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a shipper with a spool before each system call that changes a pin, a map or a file: while Kafka is away, while it empties the spool, and
 * while it rotates and sends. After half of the kills, the machine reboots. Each count is in Kafka once, or was in a map that the reboot has deleted.
 */
@KernelTest
@Tag("long")
@Timeout(7200)
class KernelSpoolKillTest extends PinnedBrokerTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 1);
    private static final int KILLED = 128 + 9;
    private static final int MAPS = 3;
    private static final int ROUNDS = 3;
    private static final String CHANGES = "changes: ";
    private static final long AFTER_REBOOT = 1_000_000;

    @TempDir
    private Path directory;

    private final Random random = new Random();
    private int scenes;

    /** A machine, and its topics. */
    private final class Scene {
        final Path pin = fs.path("tenant" + scenes);
        final Path spool = directory.resolve("spool" + scenes);
        final Path ledger = directory.resolve("ledger" + scenes);
        final String counts = topic + "-" + scenes++;

        /** Whether the machine has rebooted before its user had ended what counts. */
        private boolean isGap;

        Scene() throws Exception {
            broker().createTopics(counts);
            Files.createFile(ledger);
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create(pin)) {
                ship(tenants);
            }
        }

        /** Runs the agent. Returns how many changes it has made, or -1 if it was killed. */
        int run(boolean withKafka, int rounds, int kill) throws Exception {
            Process child = new ChildVm()
                    .start(
                            Agent.class,
                            pin.toString(),
                            withKafka ? broker().bootstrap() : "127.0.0.1:" + FreePort.find(),
                            counts,
                            spool.toString(),
                            ledger.toString(),
                            String.valueOf(withKafka),
                            String.valueOf(rounds),
                            String.valueOf(kill));
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // The number of changes depends on when the shipper rotates, so a process may end before the last ones.
            if (kill >= 0 && child.waitFor() == KILLED) {
                return -1;
            }
            assertThat(child.waitFor()).as(output).isZero();
            int at = output.lastIndexOf(CHANGES);
            assertThat(at).as(output).isNotNegative();
            return Integer.parseInt(output.substring(at + CHANGES.length()).strip());
        }

        /** The ids in maps of the kernel, which a reboot deletes. */
        Set<Long> pinned() {
            Set<Long> ids = new HashSet<>();
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.openPinned(pin, MapAccess.READ_WRITE)) {
                tenants.forEach((key, map) -> map.forEach(count -> ids.add(count.id())));
                tenants.waitingTickets().forEach(displaced -> {
                    displaced.map().forEach(count -> ids.add(count.id()));
                    displaced.close();
                });
            }
            return ids;
        }

        /** Ships everything, after a reboot or without. */
        void end(boolean reboots) throws Exception {
            if (reboots) {
                isGap = !newest().head().isEnd();
                try (CountsBpf machine = CountsBpf.inMemory()) {
                    ship(machine.tenant());
                    machine.tenant().create(0L).put(new Count(AFTER_REBOOT, 1));
                    ship(machine.tenant());
                }
            } else {
                try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.openPinned(pin, MapAccess.READ_WRITE)) {
                    ship(tenants);
                }
                assertThat(pinned()).isEmpty();
            }
        }

        private SpoolFile newest() throws IOException {
            Path path = BrokerTest.newest(spool);
            return SpoolFile.open(path, Objects.requireNonNull(SpoolFile.Name.of(path)));
        }

        private void ship(TenantMap tenants) throws Exception {
            try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options(counts, spool))) {
                BrokerTest.ship(shipper);
                assertThat(shipper.statistics().spooledBytes()).isZero();
            }
        }

        /** Requires after a kill that each id is counted once when everything is shipped. */
        void requireExactAfter(int kill, String when) throws Exception {
            boolean reboots = kill % 2 == 0;
            Set<Long> lost = reboots ? pinned() : Set.of();
            end(reboots);
            requireExact(lost, "killed before change " + kill + " of " + when);
        }

        void requireExact(Set<Long> lost, String moment) throws Exception {
            Map<Long, Long> shipped = new HashMap<>();
            rows(counts).forEach(row -> shipped.merge(row.id(), row.packets(), Long::sum));
            assertThat(shipped.values()).as("%s: %s", moment, shipped).allMatch(packets -> packets == 1);
            long counted = Files.size(ledger); // a killed process may have made one more
            Set<Long> found = new HashSet<>(lost);
            found.addAll(shipped.keySet());
            assertThat(LongStream.range(0, counted).filter(id -> !found.contains(id)))
                    .as("%s: lost", moment)
                    .isEmpty();
            List<String> losses = losses(counts, broker());
            assertThat(losses.isEmpty()).as("%s: %s", moment, losses).isEqualTo(!isGap);
        }
    }

    @Test
    void losesAndDoublesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        random.setSeed(seed);
        Scene whole = new Scene();
        int spooling = whole.run(false, ROUNDS, -1);
        int sending = whole.run(true, 0, -1);
        int both = whole.run(true, ROUNDS, -1);
        assertThat(whole.pinned()).isEmpty();
        whole.requireExact(Set.of(), "without a kill");
        System.out.printf("seed %d, changes: %d, %d, %d%n", seed, spooling, sending, both);

        for (int kill : some(spooling)) {
            Scene scene = new Scene();
            scene.run(false, ROUNDS, kill);
            scene.requireExactAfter(kill, spooling + " without Kafka, seed " + seed);
        }
        for (int kill : some(sending)) {
            Scene scene = new Scene();
            scene.run(false, ROUNDS, -1);
            scene.run(true, 0, kill);
            scene.requireExactAfter(kill, sending + " when Kafka is back, seed " + seed);
        }
        for (int kill : some(both)) {
            Scene scene = new Scene();
            scene.run(true, ROUNDS, kill);
            scene.requireExactAfter(kill, both + " with Kafka, seed " + seed);
        }
    }

    private List<Integer> some(int changes) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, changes).boxed().toList());
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(KILLS, changes));
    }

    /** Counts and ships some rounds into the spool, and if there is a broker, what is there. */
    static final class Agent {
        private static int changes;

        private Agent() {}

        public static void main(String[] arguments) {
            int kill = Integer.parseInt(arguments[7]);
            try (WatchedThread thread = new WatchedThread()) {
                thread.run(
                        call -> {
                            if (isChange(call) && changes++ == kill) {
                                WatchedThread.killThisProcess();
                            }
                            return null;
                        },
                        () -> ship(arguments));
            }
            System.out.println(CHANGES + changes);
        }

        private static boolean isChange(SystemCall call) {
            return call.changes()
                    || call == SystemCall.FSYNC
                    || call == SystemCall.RENAME_PATH
                    || call == SystemCall.UNLINK_PATH;
        }

        private static void ship(String[] arguments) {
            ShipperOptions options = options(arguments[2], Path.of(arguments[3]));
            boolean sends = Boolean.parseBoolean(arguments[5]);
            int patience = sends ? 5000 : 500;
            Map<String, Object> impatient =
                    new HashMap<>(Map.of("bootstrap.servers", arguments[1], "max.block.ms", 5000));
            impatient.putAll(Map.of("request.timeout.ms", patience, "default.api.timeout.ms", patience));
            Path ledger = Path.of(arguments[4]);
            try (TenantMap.Owned tenants =
                            CountsBpf.TENANT_MAP.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE);
                    Shipper<Long> shipper =
                            Shipper.start(tenants, impatient, options.withInterval(Duration.ofMillis(50)))) {
                for (int round = Integer.parseInt(arguments[6]); round > 0; round--) {
                    for (int map = 0; map < MAPS; map++) {
                        long id = Files.size(ledger);
                        tenants.getOrCreate((long) map).put(new Count(id, 1));
                        Files.writeString(ledger, ".", StandardOpenOption.APPEND);
                    }
                    awaitSpool(tenants);
                }
                if (sends && !shipper.ship(PATIENCE)) {
                    throw new IllegalStateException(shipper.statistics().toString());
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void awaitSpool(TenantMap tenants) throws Exception {
            await("all maps in the spool", () -> {
                boolean[] empty = {true};
                tenants.forEach((key, map) -> empty[0] &= map.isEmpty());
                return empty[0] && tenants.waitingCount() == 0;
            });
        }
    }
}
