/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FullHeap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.kernel.Pinned.Total;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A heap that is full for a moment makes an object fail, in whatever operation it was: afterwards each call says so at once, and no thread
 * hangs. For the counts of pinned maps, that is like a kill.
 */
@KernelTest
@Timeout(300)
class FullHeapTest {
    /** Each allocation that fails collects garbage twice, which takes the least time in a small heap with the serial collector. */
    private static final String[] OPTIONS = {"-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

    private static final long CUSTOMER = 42;
    private static final long PAUSE_NANOS = 1_000_000;

    /** A heap may be full in a way that each call fails before it changes something: then it is filled again, which is another way. */
    private static final long ROUND_NANOS = 2_000_000_000;

    private static volatile boolean isPaused;
    private static final int RUNS = 64;
    private final Path object = BpfObjects.of("pinned");

    @TempDir
    private Path directory;

    @Test
    void eachLaterCallFails() throws Exception {
        assertThat(new ChildVm()
                        .with(OPTIONS)
                        .with("-XX:-ExitOnOutOfMemoryError")
                        .run(InMemory.class))
                .contains("all calls have ended");
    }

    @Test
    void theNextProcessFindsAllCounts() throws Exception {
        Path ledger = Files.createFile(directory.resolve("ledger"));
        try (BpfFs fs = BpfFs.mount()) {
            String output = new ChildVm()
                    .with(OPTIONS)
                    .with("-XX:-ExitOnOutOfMemoryError")
                    .run(Counting.class, fs.path(""), object, ledger);

            assertThat(output).contains("all calls have ended");
            requireAllCounts(fs.path(""), ledger);
        }
    }

    @Test
    void aProcessThatTheVmEndsLosesNothing() throws Exception {
        Path ledger = Files.createFile(directory.resolve("ledger"));
        try (BpfFs fs = BpfFs.mount()) {
            Process process = new ChildVm().with(OPTIONS).start(Counting.class, fs.path(""), object, ledger);
            String output = ChildVm.output(process);

            assertThat(process.onExit().join().exitValue()).as(output).isEqualTo(3);
            assertThat(output).doesNotContain("all calls have ended");
            requireAllCounts(fs.path(""), ledger);
        }
    }

    private void requireAllCounts(Path pins, Path ledger) throws IOException {
        Map<String, Long> counted = new HashMap<>();
        for (String line : Files.readAllLines(ledger)) {
            String[] parts = line.split(" ", 2);
            counted.put(parts[1], Long.valueOf(parts[0]));
        }
        int drains = counted.size();
        try (PinnedBpf bpf = PinnedBpf.open(object).pins(PinOptions.in(pins)).load()) {
            bpf.customer().drainAll(displaced -> {
                long packets = packets(displaced);
                Long before = counted.put(displaced.identity().text(), packets);
                assertThat(before == null || before == packets)
                        .as("%s, before %s", displaced, before)
                        .isTrue();
            });
            long seen = Objects.requireNonNull(bpf.total().get(0)).packets();
            assertThat(counted.values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(seen);
            assertThat(seen).isPositive();
            System.out.println(seen + " packets, difference 0 after " + drains + " drains and a full heap");
        }
    }

    private static long packets(Displaced<Long, PinnedBpf.FlowMap> displaced) {
        long[] packets = new long[1];
        displaced.map().forEach(flow -> packets[0] += flow.packets());
        return packets[0];
    }

    /** Counts and drains in several threads while the heap is full. */
    static final class Counting {
        public static void main(String[] arguments) throws Exception {
            FileChannel ledger = FileChannel.open(Path.of(arguments[2]), StandardOpenOption.APPEND);
            PinnedBpf bpf = PinnedBpf.open(Path.of(arguments[1]))
                    .pins(PinOptions.in(Path.of(arguments[0])))
                    .load();
            Displaced.Action<Long, PinnedBpf.FlowMap> store = displaced -> ledger.write(ByteBuffer.wrap(
                    (packets(displaced) + " " + displaced.identity().text() + "\n").getBytes(StandardCharsets.UTF_8)));
            bpf.customer().create(CUSTOMER);
            bpf.customer().create(1);
            repeat(() -> bpf.program("count")
                    .testRun(TestRun.Input.packet(new byte[RUNS]).withRepeat(RUNS)));
            List<Runnable> calls = List.of(
                    () -> bpf.customer().drainAll(store),
                    () -> bpf.customer().drain(CUSTOMER, store),
                    () -> Objects.requireNonNull(bpf.customer().rotate(1)).acknowledge(),
                    () -> bpf.customer().get(CUSTOMER),
                    () -> bpf.customer().getOrCreate(2),
                    () -> bpf.total().get(1),
                    () -> bpf.total().put(new Total(2, 1)));
            requireFailures(bpf::isClosed, calls);
            Runtime.getRuntime().halt(0);
        }
    }

    /** Serves requests, and makes calls that need much memory. */
    static final class InMemory {
        public static void main(String[] arguments) throws Exception {
            DemandBpf bpf = DemandBpf.inMemory();
            OnDemandServer<Long> server = bpf.tenant().serveRequests(report -> {});
            bpf.tenant().create(1);
            bpf.guest().create(1);
            requireFailures(
                    bpf::isClosed,
                    List.of(
                            () -> bpf.tenant().request(System.nanoTime() & 7),
                            () -> Objects.requireNonNull(bpf.tenant().rotate(1)).acknowledge(),
                            () -> bpf.tenant()
                                    .drainAll(displaced -> displaced.map().forEach(visit -> {})),
                            () -> bpf.guest().getOrCreate(System.nanoTime() & 7),
                            () -> bpf.guest()
                                    .drainAll(displaced -> displaced.map().forEach(visit -> {}))));
            server.close(); // its thread has ended
            Runtime.getRuntime().halt(0);
        }
    }

    /** Repeats a call on a thread, but not while the heap is being filled: the garbage of calls would leave little to fill. */
    private static void repeat(Runnable call) {
        Thread thread = new Thread(() -> {
            while (true) {
                if (!isPaused) {
                    try {
                        call.run();
                    } catch (Throwable e) {
                        // It goes on, as a service may.
                    }
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Repeats the calls, fills the heap until the object has failed, and requires that each call fails at once then. */
    private static void requireFailures(BooleanSupplier hasFailed, List<Runnable> calls) throws InterruptedException {
        calls.forEach(Runnable::run); // so that the VM has loaded their classes
        calls.forEach(FullHeapTest::repeat);
        Runnable whileFull = () -> {
            isPaused = false;
            // Not a number of pauses: on a slow machine each lasts as long as the collections of garbage of all
            // threads.
            for (long end = System.nanoTime() + ROUND_NANOS; !hasFailed.getAsBoolean() && System.nanoTime() < end; ) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        };
        while (!hasFailed.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(200);
            isPaused = true;
            TimeUnit.MILLISECONDS.sleep(50);
            FullHeap.during(whileFull);
        }
        for (Runnable call : calls) {
            Throwable[] thrown = new Throwable[1];
            Thread thread = new Thread(() -> {
                try {
                    call.run();
                } catch (Throwable e) {
                    thrown[0] = e;
                }
            });
            thread.start();
            thread.join(60_000);
            if (thread.isAlive()
                    || !(thrown[0] instanceof InvalidHandleException)
                    || !(thrown[0].getCause() instanceof OutOfMemoryError)) {
                throw new AssertionError(calls.indexOf(call) + " " + List.of(thread.getStackTrace()), thrown[0]);
            }
        }
        System.out.println("all calls have ended");
    }
}
