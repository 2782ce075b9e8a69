/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.RequestServer;
import dev.nestmap.runtime.Undrained;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.program.TestRunOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that makes inner maps on demand, and takes some out again, is killed at random moments and started again, while
 * programs go on missing and counting: no packet is lost to the count, no request is forgotten, and nothing is left.
 */
@KernelTest
@Timeout(600)
class DemandCrashTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 10);
    private static final long BETWEEN_PACKETS_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    private static final int MOST_LINES = 60;
    private static final int MOST_MICROS = 25_000;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();

    @TempDir
    private Path directory;

    @Test
    void losesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Path ledger = Files.createFile(directory.resolve("ledger"));
        Path object = BpfObjects.of("demand");
        try (BpfFs fs = BpfFs.mount();
                DemandBpf bpf = DemandBpf.load(object, PinOptions.in(fs.path("")))) {
            Thread load = new Thread(() -> send(bpf, new Random(seed + 1)), "load");
            load.start();
            try {
                for (int i = 0; i < KILLS; i++) {
                    killAfter(random.nextInt(MOST_LINES), random.nextInt(MOST_MICROS), object, fs.path(""), ledger);
                }
            } finally {
                over.set(true);
                load.join();
            }
            long unnoted = finish(bpf, ledger);

            long missed = sum(Ledger.missed(ledger).values());
            long drained = sum(Ledger.drained(ledger).values());
            AtomicLong counted = new AtomicLong();
            List<String> pinned = new ArrayList<>();
            bpf.guest().forEach((guest, visits) -> {
                counted.addAndGet(Ledger.sum(visits));
                pinned.add("acme/guest-inner/" + guest);
            });
            System.out.printf(
                    "%d kills, %d packets: %d missed in %d requests, %d not noted, %d counted, %d of them drained of %d maps%n",
                    KILLS,
                    sent.get(),
                    missed,
                    Ledger.missed(ledger).size(),
                    unnoted,
                    counted.get() + drained,
                    drained,
                    Ledger.drained(ledger).size());
            assertThat(missed + unnoted + counted.get() + drained)
                    .as("seed %s", seed)
                    .isEqualTo(sent.get());
            assertThat(fs.content())
                    .as("seed %s", seed)
                    .filteredOn(path -> path.startsWith("acme/guest-inner/") || path.startsWith("acme/guest-draining/"))
                    .containsExactlyInAnyOrderElementsOf(pinned);
        }
    }

    /** What those before left undone is done by this process: how often there was no room to note a guest. */
    private static long finish(DemandBpf bpf, Path path) throws IOException {
        try (Ledger ledger = new Ledger(bpf.guest(), path)) {
            for (Undrained<Long, VisitMap.Owned> left : bpf.guest().recoverUndrained()) {
                ledger.drain(left.map());
            }
            try (RequestServer<Long> server = bpf.guest().serveRequests(OnDemandContract.BY_HAND, ledger)) {
                while (server.serve() > 0) {}
                return server.unnoted();
            }
        }
    }

    /** Sends to a new guest, or to one of before. */
    private void send(DemandBpf bpf, Random random) {
        int guests = 1;
        while (!over.get()) {
            int guest = random.nextInt(4) == 0 && guests < Demand.GUESTS ? guests++ : random.nextInt(guests);
            bpf.program("count_guest").testRun(TestRunOptions.packet(KernelOnDemandTest.packet(guest, 1)));
            sent.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_PACKETS_NANOS);
        }
    }

    /** Kills a child some microseconds after it has written down so much. */
    private static void killAfter(long lines, long micros, Path object, Path pins, Path ledger) throws Exception {
        long before = written(ledger);
        Process child = new ChildVm()
                .start(Server.class, object.toAbsolutePath().toString(), pins.toString(), ledger.toString());
        try {
            while (written(ledger) < before + lines && child.isAlive()) {
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

    private static long written(Path ledger) throws IOException {
        return (long) Ledger.missed(ledger).size() + Ledger.drained(ledger).size();
    }

    private static String text(Process child) {
        try {
            return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long sum(Iterable<Long> counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Drains what is left of those before, ends their requests, and then serves and takes out until it is killed. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            Path pins = Path.of(arguments[1]);
            try (DemandBpf bpf = DemandBpf.load(Path.of(arguments[0]), PinOptions.in(pins));
                    Ledger ledger = new Ledger(bpf.guest(), Path.of(arguments[2]))) {
                finish(bpf, Path.of(arguments[2]));
                try (RequestServer<Long> server = bpf.guest().serveRequests(ledger)) {
                    for (Random random = new Random(); server.missed() >= 0; ) {
                        List<Long> guests = bpf.guest().keys();
                        VisitMap.Owned visits = guests.isEmpty()
                                ? null
                                : bpf.guest().take(guests.get(random.nextInt(guests.size())), Exactness.EXACT);
                        if (visits != null) {
                            ledger.drain(visits);
                        }
                    }
                }
            }
        }
    }
}
