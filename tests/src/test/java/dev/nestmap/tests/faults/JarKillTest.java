/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.RecordVersions;
import dev.nestmap.runtime.internal.migrate.RecordVersions.Edit;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.io.File;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two jars of a service whose records differ by random edits, there and back under traffic, killed before each system call that changes something: each packet
 * is drained once, or waits under the text of its version, and no component is read as another one.
 *
 * <p>The seed selects the edits and as many kills as {@code -Dnestmap.kills} says, at most 50 of each way: then each edit is made to each kind of map.
 */
@KernelTest
@ExtendWith(NetworkNamespace.class)
@Timeout(7200)
@Tag("long")
class JarKillTest extends PinningTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final int PACKETS = 30;

    /** A component may have 16 bits. */
    private static final int MANY = 10_000;

    private final Random random = new Random(SEED);
    private int waited;
    private int starts;
    private int scenes;

    @TempDir
    private Path directory;

    @Test
    void noCountIsLostDoubledOrReadUnderAnotherMeaning() throws Exception {
        List<Edit> edits = new ArrayList<>(List.of(Edit.values()));
        Collections.shuffle(edits, random);
        int kills = 0;
        for (int story = 0; story < edits.size() && kills < KILLS; story++) {
            List<RecordVersions> maps = new ArrayList<>();
            for (int map = 0; map < 3; map++) {
                maps.add(RecordVersions.with(edits.get((story + 5 * map) % edits.size()), map, random));
            }
            ServiceVersion earlier = build(maps, story, false);
            ServiceVersion later = build(maps, story, true);
            kills += kill(earlier, later);
            kills += kill(later, earlier);
            System.out.println("JarKillTest: " + kills + " kills, -Dnestmap.seed=" + SEED);
        }
        System.out.println("JarKillTest: maps waited after " + waited + " of " + starts + " starts");
    }

    private ServiceVersion build(List<RecordVersions> maps, int story, boolean isLater) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(story + (isLater ? "later" : "earlier")));
        return new ServiceVersion(maps.get(0), maps.get(1), maps.get(2), isLater, folder).build();
    }

    /** Kills the start of a jar, with its first drain, before some changes. Returns the number of kills. */
    private int kill(ServiceVersion from, ServiceVersion to) throws Exception {
        int changes = new Scene(from, to).upgrade(KillBefore.NONE);
        List<Integer> calls =
                new ArrayList<>(IntStream.range(0, changes).boxed().toList());
        Collections.shuffle(calls, random);
        List<Integer> chosen = calls.subList(0, Math.min(Math.max(1, KILLS / 200), changes));
        for (int call : chosen) {
            new Scene(from, to).upgrade(call);
        }
        return chosen.size();
    }

    /** A service in two jars, with a directory of pins. */
    private final class Scene {
        private final ServiceVersion from;
        private final ServiceVersion to;
        private final Path root = fs.path("scene" + scenes++);
        private final Path ledger = directory.resolve("ledger" + scenes);
        private final AtomicLong sent = new AtomicLong();
        private final AtomicBoolean isOver = new AtomicBoolean();
        private String moment = "";

        Scene(ServiceVersion from, ServiceVersion to) throws IOException {
            this.from = from;
            this.to = to;
            Files.createFile(ledger);
        }

        /** Upgrades, is killed, and goes on with one version after the other. Returns the number of changes. */
        int upgrade(int call) throws Exception {
            moment = "-Dnestmap.seed=" + SEED + ", killed before change " + call + " of the way to the "
                    + (to.isLater() ? "later" : "earlier") + " version:\n" + to;
            FutureTask<Void> traffic = new FutureTask<>(this::send);
            start(from, false);
            new Thread(traffic, "traffic").start();
            String output;
            try {
                await(PACKETS);
                output = KillBefore.output(
                        new ChildVm()
                                .withClassPath(to.jar() + File.pathSeparator + System.getProperty("java.class.path"))
                                .start(Killed.class, call, to.object(), root, ledger),
                        moment);
                await(PACKETS);
                ServiceVersion next = random.nextBoolean() ? from : to;
                start(next, true);
                await(PACKETS);
                start(next.equals(from) ? to : from, true);
                await(PACKETS);
            } finally {
                isOver.set(true);
            }
            traffic.get();
            start(from, true);
            start(to, true);
            requireEachPacketOnce();
            try (KernelLink link = Nestmap.openPinnedLink(root.resolve("count"))) {
                link.detach(); // the next scene attaches its own
            }
            return call == KillBefore.NONE ? KillBefore.changes(output) : 0;
        }

        /** Sends datagrams of several lengths, and receives each, so that the program has seen it. */
        private Void send() throws InterruptedException {
            try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                    LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
                while (!isOver.get()) {
                    sender.send("x".repeat(1 + (int) (sent.get() % 6)));
                    receiver.receive();
                    sent.incrementAndGet();
                    Thread.sleep(sent.get() < MANY ? 1 : 100);
                }
            }
            return null;
        }

        private void await(int more) throws InterruptedException {
            long wanted = sent.get() + more;
            while (sent.get() < wanted) {
                Thread.sleep(1);
            }
        }

        /** Starts a version, which drains and ends. Its program stays attached. */
        private void start(ServiceVersion version, boolean drains) throws Exception {
            try (URLClassLoader jar = version.open();
                    JarService service = service(jar)) {
                service.start(version.object(), root);
                if (drains) {
                    drain(service, version, ledger);
                    requireAsPlanned(service, version);
                }
                assertThat(service.settings()).as(moment).hasSize(1);
                version.requireSetting(service.settings().get(0));
            }
            assertThat(root.resolve(PinNames.COMING)).as(moment).doesNotExist();
            assertThat(root.resolve("now").resolve(PinNames.CLOSED)).as(moment).doesNotExist();
        }

        /** What waits, a unit test of the records would have said. A plain map that once had to wait does so for ever. */
        private void requireAsPlanned(JarService service, ServiceVersion version) {
            PlannedUpgrade planned = service.plan((version.equals(from) ? to : from).schemaText());
            Map<String, Long> kept = service.kept();
            starts++;
            waited += kept.isEmpty() ? 0 : 1;
            kept.forEach((map, number) -> assertThat(
                            map.equals("tenant")
                                    ? planned.waiting()
                                    : Stream.of(planned, planned.back())
                                            .flatMap(way -> way.waiting().stream())
                                            .toList())
                    .as("%d of %s, %s", number, map, moment)
                    .anyMatch(problem -> problem.startsWith(map + " ")));
        }

        private void requireEachPacketOnce() throws Exception {
            Map<String, Long> drained = new HashMap<>();
            for (String line : Files.readAllLines(ledger)) {
                String[] parts = line.split(" ", 2);
                Long before = drained.put(parts[1], Long.parseLong(parts[0]));
                assertThat(before == null || before.toString().equals(parts[0]))
                        .as("%s comes with the same packets again, %s", parts[1], moment)
                        .isTrue();
            }
            assertThat(drained.values().stream().mapToLong(Long::longValue).sum())
                    .as("drained, %s", moment)
                    .isEqualTo(sent.get());
            assertThat(fs.content())
                    .as(moment)
                    .noneMatch(file -> file.startsWith(root.getFileName() + "/now/")
                            && file.matches(".*/(pin|later)0-(draining|retired)-.*"));
            assertThat(totals()).as("in plain maps, %s", moment).isEqualTo(sent.get());
        }

        /** The packets in the plain maps of all versions, read under the texts beside them. */
        private long totals() throws IOException {
            long[] packets = {0};
            try (Stream<Path> files = Files.walk(root.resolve("now"))) {
                for (Path text : files.filter(file -> file.toString().matches(".*/(pin|later)1(-schema|-.*/schema)"))
                        .toList()) {
                    Path group = Objects.requireNonNull(text.getParent());
                    if (text.endsWith(PinNames.GROUP_SCHEMA)) {
                        try (Stream<Path> maps = Files.list(group)) {
                            for (Path map :
                                    maps.filter(file -> !file.equals(text)).toList()) {
                                packets[0] += packets(map, text);
                            }
                        }
                    } else {
                        String name = text.getFileName().toString();
                        packets[0] += packets(
                                text.resolveSibling(name.substring(0, name.length() - PinNames.SCHEMA.length())), text);
                    }
                }
            }
            return packets[0];
        }

        private long packets(Path pin, Path text) {
            KernelPins pins = new KernelPins();
            PinnedMapText described = Objects.requireNonNull(PinFormat.parse(pin, text, pins));
            StructType value = (StructType) Objects.requireNonNull(
                    described.schema().contentOf(described.definition()).value());
            boolean isRenamed = offset(value, RecordVersions.COUNTER) < 0;
            int at = offset(value, isRenamed ? "other" : RecordVersions.COUNTER);
            long[] packets = {0};
            try (RawMap map = Objects.requireNonNull(pins.open(pin, MapAccess.READ_ONLY))) {
                BatchScan.forEach(
                        map,
                        0,
                        (batch, i) -> packets[0] += batch.memory().bytes().getLong(batch.valueAt(i) + at));
            }
            return packets[0];
        }
    }

    /** The place of a field, also in a struct inside; negative if there is none. */
    private static int offset(StructType struct, String name) {
        for (Field field : struct.fields()) {
            int inside = field.type() instanceof StructType part
                    ? offset(part, name)
                    : field.name().equals(name) ? 0 : -1;
            if (inside >= 0) {
                return Math.toIntExact(field.offset()) + inside;
            }
        }
        return -1;
    }

    private static JarService service(ClassLoader loader) throws ReflectiveOperationException {
        return (JarService) loader.loadClass(JarService.CLASS).getConstructor().newInstance();
    }

    private static void drain(JarService service, ServiceVersion version, Path ledger) {
        service.drain((identity, entries) -> {
            long packets = 0;
            for (Object entry : entries) {
                packets += version.packets(version.counts(), entry);
            }
            store(ledger, identity, packets);
        });
        service.totals().forEach(entry -> packets(version, entry));
    }

    private static void store(Path ledger, String identity, long packets) throws IOException {
        Files.writeString(ledger, packets + " " + identity + "\n", StandardOpenOption.APPEND);
    }

    private static void packets(ServiceVersion version, Object total) {
        try {
            version.packets(version.totals(), total);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a generated record", e);
        }
    }

    /** The process that kills itself: its class path has the jar. */
    static final class Killed {
        public static void main(String[] arguments) throws Exception {
            JarService service = service(Killed.class.getClassLoader());
            KillBefore.run(Integer.parseInt(arguments[0]), () -> {
                service.start(Path.of(arguments[1]), Path.of(arguments[2]));
                service.drain(
                        (identity, entries) -> store(Path.of(arguments[3]), identity, ServiceVersion.counted(entries)));
            });
        }
    }
}
