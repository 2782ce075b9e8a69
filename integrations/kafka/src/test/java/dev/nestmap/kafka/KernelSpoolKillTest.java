/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a shipper with a spool before each system call that changes a pin, a map or a file: while Kafka is away, and while it empties the spool. After half of the kills, the machine
 * reboots. Each count is in Kafka once, or was in a map that the reboot has deleted.
 */
@Tag("jdk-independent")
@KernelTest
@Tag("long")
@Timeout(7200)
class KernelSpoolKillTest extends PinnedBrokerTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 6);
    private static final int KILLED = 128 + 9;
    private static final int MAPS = 3;
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

        String run(String bootstrap, int kill, int status) throws Exception {
            Process child = new ChildVm()
                    .start(
                            Agent.class,
                            pin.toString(),
                            bootstrap,
                            counts,
                            spool.toString(),
                            ledger.toString(),
                            String.valueOf(kill));
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // The number of changes depends on when the shipper rotates, so a process may end before the last ones.
            assertThat(child.waitFor()).as(output).isIn(status, 0);
            return output;
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
            try (Stream<Path> all = Files.list(spool)) {
                Path path = all.filter(each -> SpoolFile.Name.of(each) != null)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                return SpoolFile.open(path, Objects.requireNonNull(SpoolFile.Name.of(path)));
            }
        }

        private void ship(TenantMap tenants) throws Exception {
            try (Shipper<Long> shipper = Shipper.start(
                    tenants, broker().config(), Agent.options(counts, spool).withInterval(Duration.ofDays(1)))) {
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
                assertThat(shipper.statistics().spooledBytes()).isZero();
            }
        }

        /** Each id was counted once. */
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
            AuditCommand audit = new AuditCommand();
            audit.read(broker().config(), Pattern.compile(counts));
            assertThat(audit.isComplete()).as("%s: %s", moment, audit).isEqualTo(!shipped.isEmpty() && !isGap);
        }
    }

    @Test
    void losesAndDoublesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        random.setSeed(seed);
        String away = "127.0.0.1:" + Broker.freePort();
        Scene whole = new Scene();
        int spooling = changes(whole.run(away, -1, 0));
        int sending = changes(whole.run(broker().bootstrap(), -1, 0));
        assertThat(whole.pinned()).isEmpty();
        whole.requireExact(Set.of(), "without a kill");

        int reboots = 0;
        List<Integer> kills = some(spooling);
        for (int kill : kills) {
            Scene scene = new Scene();
            String moment = "killed before change " + kill + " of " + spooling + " without Kafka, seed " + seed;
            scene.run(away, kill, KILLED);
            boolean isRebooted = kill % 2 == 0;
            Set<Long> lost = isRebooted ? scene.pinned() : Set.of();
            scene.end(isRebooted);
            scene.requireExact(lost, moment);
            reboots += isRebooted ? 1 : 0;
        }
        List<Integer> sendingKills = some(sending);
        for (int kill : sendingKills) {
            Scene scene = new Scene();
            String moment = "killed before change " + kill + " of " + sending + " with Kafka, seed " + seed;
            scene.run(away, -1, 0);
            scene.run(broker().bootstrap(), kill, KILLED);
            scene.end(kill % 2 == 0);
            scene.requireExact(Set.of(), moment);
        }
        System.out.println("seed " + seed + ": killed before " + kills.size() + " of " + spooling
                + " changes without Kafka, with " + reboots + " reboots, and before " + sendingKills.size() + " of "
                + sending + " with Kafka");
    }

    private List<Integer> some(int changes) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, changes).boxed().toList());
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(KILLS, changes));
    }

    private static int changes(String output) {
        int at = output.lastIndexOf("changes: ");
        assertThat(at).as(output).isNotNegative();
        return Integer.parseInt(output.substring(at + "changes: ".length()).strip());
    }

    /** Counts and ships: three rounds into the spool without a broker; with one, what is there. */
    static final class Agent {
        private static int changes;

        private Agent() {}

        static ShipperOptions options(String counts, Path spool) {
            return ShipperOptions.to(counts)
                    .withMachine("machine")
                    .withName("tenant")
                    .withUnpinnedMap()
                    .withMarkerTopic(CommitMarker.TOPIC_PREFIX + counts)
                    .withInterval(Duration.ofMillis(50))
                    .withSpool(spool, 1_000_000);
        }

        public static void main(String[] arguments) {
            int kill = Integer.parseInt(arguments[5]);
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
            System.out.println("changes: " + changes);
        }

        private static boolean isChange(SystemCall call) {
            return call.changes()
                    || call == SystemCall.FSYNC
                    || call == SystemCall.RENAME_PATH
                    || call == SystemCall.UNLINK_PATH;
        }

        private static void ship(String[] arguments) {
            Map<String, Object> impatient = new HashMap<>(Map.of("bootstrap.servers", arguments[1]));
            impatient.putAll(Map.of("max.block.ms", 5000, "request.timeout.ms", 5000, "default.api.timeout.ms", 5000));
            Path ledger = Path.of(arguments[4]);
            try (TenantMap.Owned tenants =
                    CountsBpf.TENANT_MAP.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE)) {
                boolean sends = Files.size(ledger) > 0;
                if (!sends) {
                    impatient.putAll(Map.of("default.api.timeout.ms", 500, "request.timeout.ms", 500));
                }
                try (Shipper<Long> shipper =
                        Shipper.start(tenants, impatient, options(arguments[2], Path.of(arguments[3])))) {
                    if (sends) {
                        if (!shipper.ship(PATIENCE)) {
                            throw new IllegalStateException(shipper.statistics().toString());
                        }
                        return;
                    }
                    for (int round = 1; round <= 3; round++) {
                        for (int map = 0; map < MAPS; map++) {
                            long id = Files.size(ledger);
                            tenants.getOrCreate((long) map).put(new Count(id, 1));
                            Files.writeString(ledger, ".", StandardOpenOption.APPEND);
                        }
                        awaitSpool(tenants);
                    }
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
