/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.maptypes.MemoryGroup;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each datagram is in a map that a drain passes, or was refused, or was for an unknown tenant, and it counts once: also if the service is killed,
 * upgraded and rolled back while datagrams arrive. The pinned program counts them all the time.
 */
@KernelTest
@Timeout(120)
class KernelUncountedSumTest extends UpgradeTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);

    /** The program sends a third of the datagrams to a tenant that never has an inner map. */
    private static final List<Long> TENANTS = List.of(0L, 1L);

    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Path object = BpfObjects.of("upgraded", "-DFULL");
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final FutureTask<Long> traffic = new FutureTask<>(this::send);

    @TempDir
    private Path directory;

    private Path ledger() {
        return directory.resolve("ledger");
    }

    @Test
    void theSumHoldsOverKills() throws Throwable {
        requireSum(() -> {
            for (int kill = 0; kill < KILLS; kill++) {
                killOneService(kill % 2 == 1);
            }
        });
    }

    /** The kernel refuses memory to the service, and kills it, wherever it is. */
    @Test
    void theSumHoldsIfTheServiceUsesUpTheMemoryOfItsGroup() throws Throwable {
        try (MemoryGroup group = MemoryGroup.create()) {
            requireSum(() -> {
                int kills = 0;
                for (int run = 0; kills < KILLS; run++) {
                    group.limitMore((80L + random.nextInt(100)) << 20);
                    Process service = new ChildVm()
                            .startedBy("sh", "-c", "echo $$ >" + group.members() + "; exec \"$@\"", "sh")
                            .with("-XX:MaxDirectMemorySize=1g")
                            .start(Service.class, fs.path(""), object, ledger(), random.nextLong(), "hog");
                    String output = ChildVm.output(service);
                    assertThat(service.waitFor())
                            .as("exit value, seed %d, %s", seed, output)
                            .isNotZero();
                    kills += service.exitValue() == 128 + 9 ? 1 : 0;
                    assertThat(run)
                            .as("runs for %d kills, the last one: %s", kills, output)
                            .isLessThan(10 * KILLS);
                }
            });
        }
    }

    @Test
    void theSumHoldsOverAnUpgradeAndARollback() throws Throwable {
        requireSum(() -> {
            Uncounted numbers;
            try (UpgradedBpf bpf = open(object, pins).load()) {
                bpf.tenant().createAll(TENANTS);
                numbers = awaitMore(bpf.tenant(), new Uncounted("tenant", 0, 0, 0));
                drain(bpf, ledger());
                numbers = awaitMore(bpf.tenant(), numbers);
                Objects.requireNonNull(bpf.tenant().rotate(0L)).close(); // waits
            }
            try (UpgradedLaterBpf bpf = later("-DFULL").load()) {
                numbers = awaitMore(bpf.tenant(), numbers);
                bpf.tenant().drainAll(displaced -> store(displaced, packets(displaced.map()), ledger()));
                numbers = awaitMore(bpf.tenant(), numbers);
                Objects.requireNonNull(bpf.tenant().rotate(1L)).close(); // waits
            }
            try (UpgradedBpf bpf = open(object, pins).load()) {
                awaitMore(bpf.tenant(), numbers);
                drain(bpf, ledger()); // converts those of the newer version
            }
        });
    }

    /** Runs an action while datagrams arrive, as soon as the program is attached. Then drains the rest, and requires the sum. */
    private void requireSum(Executable action) throws Throwable {
        Files.createFile(ledger());
        open(object, pins).load().close();
        new Thread(traffic, "traffic").start();
        try {
            action.execute();
        } finally {
            isOver.set(true);
        }
        long sent = traffic.get();
        try (UpgradedBpf bpf = open(object, pins).load()) {
            drain(bpf, ledger());
            Uncounted numbers = Objects.requireNonNull(bpf.tenant().uncounted());
            Map<String, long[]> drained = drained();
            long packets = drained.values().stream().mapToLong(one -> one[0]).sum();
            long inDoubt = drained.values().stream().mapToLong(one -> one[1]).sum();
            System.out.printf(
                    "%d sent, %d drained in %d maps, %s, seed %d%n", sent, packets, drained.size(), numbers, seed);
            assertThat(packets + numbers.refused() + numbers.unknownKey())
                    .as("%d drained, %s, seed %d", packets, numbers, seed)
                    .isEqualTo(sent);
            assertThat(packets).as("drained").isPositive();
            assertThat(numbers.refused()).as("refused").isPositive();
            assertThat(numbers.unknownKey()).as("unknown").isPositive();
            assertThat(inDoubt)
                    .as("each refusal is a doubt about the map that refused, seed %d", seed)
                    .isGreaterThanOrEqualTo(numbers.refused());
        }
    }

    /** Waits until both numbers have grown. They go on where they were, and start anew in no process. */
    private Uncounted awaitMore(OuterAccessor<?, ?> outer, Uncounted before) throws Exception {
        Uncounted now = Objects.requireNonNull(outer.uncounted());
        assertThat(now.refused()).as("refused, seed %d", seed).isGreaterThanOrEqualTo(before.refused());
        assertThat(now.unknownKey()).as("unknown, seed %d", seed).isGreaterThanOrEqualTo(before.unknownKey());
        while (now.refused() < before.refused() + 100 || now.unknownKey() < before.unknownKey() + 100) {
            assertThat(traffic).as("traffic").isNotDone();
            Thread.sleep(1);
            now = Objects.requireNonNull(outer.uncounted());
        }
        return now;
    }

    /** At a random moment while it starts, or after it has drained some maps. */
    private void killOneService(boolean whileItStarts) throws Exception {
        long wanted = Files.size(ledger()) + 1 + random.nextInt(2000);
        Process service = new ChildVm().start(Service.class, fs.path(""), object, ledger(), random.nextLong());
        try {
            if (whileItStarts) {
                Thread.sleep(random.nextInt(800));
            }
            Await.until(
                    "the service has counted, or has ended",
                    () -> whileItStarts || Files.size(ledger()) >= wanted || !service.isAlive());
        } finally {
            service.toHandle().destroyForcibly(); // keeps the output, unlike that of Process
            service.waitFor();
        }
        assertThat(service.exitValue())
                .as(() -> "exit value, seed " + seed + ", " + ChildVm.output(service))
                .isEqualTo(128 + 9);
    }

    /** Sends datagrams of many lengths, and receives each, so that the program has seen it. Returns their number. */
    private long send() {
        Random lengths = new Random(seed + 1);
        long sent = 0;
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
            while (!isOver.get()) {
                sender.send("x".repeat(1 + lengths.nextInt(200)));
                receiver.receive();
                sent++;
            }
        }
        return sent;
    }

    private static void drain(UpgradedBpf bpf, Path ledger) {
        bpf.tenant().drainAll(displaced -> store(displaced, packets(displaced.map()), ledger));
    }

    /** Stores what a map has, before it is acknowledged, in a file that survives the process. */
    private static void store(Displaced<?, ?> displaced, long packets, Path ledger) throws IOException {
        String line =
                packets + " " + displaced.refused() + " " + displaced.identity().text() + "\n";
        Files.writeString(ledger, line, StandardOpenOption.APPEND);
    }

    /** The packets of each map by its identity, and the refusals for which it is in doubt. A map that was not acknowledged comes again. */
    private Map<String, long[]> drained() throws IOException {
        Map<String, long[]> drained = new HashMap<>();
        for (String line : Files.readAllLines(ledger())) {
            String[] parts = line.split(" ", 3);
            long[] now = {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
            long[] before = drained.put(parts[2], now);
            assertThat(before == null || before[0] == now[0])
                    .as("%s counts the same packets again, seed %d", parts[2], seed)
                    .isTrue();
        }
        return drained;
    }

    /** Creates, drains and deletes tenants until it is killed. */
    static final class Service {
        @SuppressWarnings("ModifiedButNotUsed") // it keeps what it has
        private static void useUpMemory(Random random) {
            List<ByteBuffer> used = new ArrayList<>();
            while (true) {
                used.add(ByteBuffer.allocateDirect(1 << 20)); // is cleared, so the process gets each page
                LockSupport.parkNanos(random.nextInt(20_000_000));
            }
        }

        public static void main(String[] arguments) {
            Path ledger = Path.of(arguments[2]);
            Random random = new Random(Long.parseLong(arguments[3]));
            try (UpgradedBpf bpf = open(Path.of(arguments[1]), PinOptions.in(Path.of(arguments[0])))
                    .load()) {
                if (arguments.length > 4) {
                    Thread hog = new Thread(() -> useUpMemory(new Random(Long.parseLong(arguments[3]))), "hog");
                    hog.setDaemon(true);
                    hog.start();
                }
                while (true) {
                    bpf.tenant().getOrCreate(TENANTS.get(random.nextInt(TENANTS.size())));
                    drain(bpf, ledger);
                    if (random.nextInt(4) == 0) {
                        bpf.tenant()
                                .drainLastAll(
                                        TENANTS.subList(0, 1),
                                        displaced -> store(displaced, packets(displaced.map()), ledger));
                    }
                }
            }
        }
    }
}
