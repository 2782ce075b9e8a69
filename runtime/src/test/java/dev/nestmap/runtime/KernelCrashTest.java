/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that rotates under load is killed at random moments and started again: no count is lost and nothing is left. */
@Tag("jdk-independent")
@KernelTest
@Tag("long")
class KernelCrashTest extends PinnedTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 15);
    private static final int PACKETS_AT_ONCE = 2000;
    private static final Pattern DRAINED = Pattern.compile("map (\\S+) had (\\d+)");

    @TempDir
    private Path directory;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void losesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Path ledger = Files.createFile(directory.resolve("ledger"));
        Path object = object();
        long left;
        try (Network network = Network.load(object, pins)) {
            network.tenant().create(42L);
            Thread load = new Thread(() -> send(network.program("count_or_add")), "load");
            load.start();
            try {
                Random random = new Random(seed);
                for (int i = 0; i < KILLS; i++) {
                    killAfter(random.nextInt(12), random.nextInt(20_000), object, ledger);
                }
            } finally {
                done.set(true);
                load.join();
            }
            new ChildVm().run(Rotator.class, object.toString(), fs.path("").toString(), ledger.toString(), "0");
            left = sum(Objects.requireNonNull(network.tenant().get(42L)));
        }

        long drained =
                drained(ledger).values().stream().mapToLong(Long::longValue).sum();
        System.out.println(KILLS + " kills, " + drained(ledger).size() + " maps drained, " + sent + " packets");
        assertThat(drained + left).as("seed %s", seed).isEqualTo(sent.get());
        assertThat(fs.content())
                .as("seed %s", seed)
                .containsExactly(
                        "acme",
                        "acme/counter",
                        "acme/shards",
                        "acme/shards-migration",
                        "acme/shards-prototype",
                        "tenant",
                        "tenant-draining",
                        "tenant-inner",
                        "tenant-inner/42",
                        "tenant-migration",
                        "tenant-prototype");
    }

    private void send(UntypedProgram program) {
        TestRun.Input burst = TestRun.Input.packet(new byte[64]).withRepeat(PACKETS_AT_ONCE);
        while (!done.get()) {
            TestRun run = program.testRun(burst);
            sent.addAndGet(PACKETS_AT_ONCE);
            assertThat(run.returnValue()).isEqualTo(2);
        }
    }

    /** Kills a child some microseconds after it has drained so many maps. */
    private void killAfter(int drains, int micros, Path object, Path ledger) throws Exception {
        int before = drained(ledger).size();
        Process child = new ChildVm()
                .start(Rotator.class, object.toString(), fs.path("").toString(), ledger.toString(), "1000000");
        try {
            while (drained(ledger).size() < before + drains && child.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            TimeUnit.MICROSECONDS.sleep(micros);
            assertThat(child.isAlive())
                    .as(() -> "the child ended: " + text(child))
                    .isTrue();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static String text(Process child) {
        try {
            return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What each map had; one that was drained twice, because its process was killed before it closed it, counts once. */
    private static Map<String, Long> drained(Path ledger) throws IOException {
        Map<String, Long> drained = new TreeMap<>();
        for (String line : Files.readAllLines(ledger)) {
            Matcher entry = DRAINED.matcher(line);
            if (entry.matches()) {
                long packets = Long.parseLong(entry.group(2));
                Long before = drained.put(entry.group(1), packets);
                assertThat(before == null || before == packets)
                        .as("nobody writes to a displaced map: %s", line)
                        .isTrue();
            }
        }
        return drained;
    }

    private static long sum(FlowMap flows) {
        List<Flow> entries = new ArrayList<>();
        flows.forEach(entries::add);
        return entries.stream().mapToLong(Flow::packets).sum();
    }

    /** Drains what is left of those before, rotates as often as it is told to, and writes down what it drained. */
    static final class Rotator {
        private Rotator() {}

        public static void main(String[] arguments) throws IOException {
            try (Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])));
                    FileChannel ledger = FileChannel.open(Path.of(arguments[2]), StandardOpenOption.APPEND)) {
                for (Displaced<Long, FlowMap> left : network.tenant().displaced()) {
                    drain(left, ledger);
                }
                int rotations = Integer.parseInt(arguments[3]);
                for (int i = 0; i < rotations; i++) {
                    drain(Objects.requireNonNull(network.tenant().rotate(42L)), ledger);
                }
            }
        }

        private static void drain(Displaced<Long, FlowMap> displaced, FileChannel ledger) throws IOException {
            // One write: all of it or nothing, after a line that may be cut off.
            MapIdentity identity = displaced.identity();
            FlowMap map = displaced.map();
            String line = "\nmap " + map.id() + "@" + identity.takenOut() + " had " + sum(map) + "\n";
            ledger.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            displaced.acknowledge();
        }
    }
}
