/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.pin.PinOptions;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crash test of on-demand maps. A process that creates and removes inner maps on demand is killed at random moments and
 * started again, while programs keep counting and missing. No packet is lost, every request is served eventually, and
 * no leftover remains.
 */
@Tag("jdk-independent")
@KernelTest
@Timeout(600)
@Tag("long")
class DemandCrashTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 10);
    private static final long BETWEEN_PACKETS_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    /** About 60 lines of the log. */
    private static final int MOST_BYTES = 1_500;

    private static final int MOST_MICROS = 25_000;

    /** So few that a process soon serves all of them, and then takes maps, which causes requests again. */
    private static final int GUESTS = 128;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();

    @TempDir
    private Path directory;

    @Test
    void losesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Path log = Files.createFile(directory.resolve("log"));
        Path object = BpfObjects.of("demand");
        try (BpfFs fs = BpfFs.mount();
                DemandBpf bpf =
                        DemandBpf.open(object).pins(PinOptions.in(fs.path(""))).load()) {
            Thread load = new Thread(() -> send(bpf, new Random(seed + 1)), "load");
            load.start();
            try {
                for (int i = 0; i < KILLS; i++) {
                    killAfter(random.nextInt(MOST_BYTES), random.nextInt(MOST_MICROS), object, fs.path(""), log);
                }
            } finally {
                over.set(true);
                load.join();
            }
            long lost = finish(bpf, log);

            long missed = sum(DrainLog.missed(log).values());
            long drained = sum(DrainLog.drained(log).values());
            AtomicLong counted = new AtomicLong();
            List<String> pinned = new ArrayList<>();
            bpf.guest().forEach((guest, visits) -> {
                counted.addAndGet(DrainLog.sum(visits));
                pinned.add("acme/guest-inner/" + guest);
            });
            System.out.printf(
                    "%d kills, %d packets: %d missed in %d requests, %d lost, %d counted, %d of them drained of %d maps%n",
                    KILLS,
                    sent.get(),
                    missed,
                    DrainLog.missed(log).size(),
                    lost,
                    counted.get() + drained,
                    drained,
                    DrainLog.drained(log).size());
            assertThat(missed + lost + counted.get() + drained)
                    .as("seed %s", seed)
                    .isEqualTo(sent.get());
            assertThat(fs.content())
                    .as("seed %s", seed)
                    .filteredOn(path -> path.startsWith("acme/guest-inner/") || path.startsWith("acme/guest-draining/"))
                    .containsExactlyInAnyOrderElementsOf(pinned);
        }
    }

    /**
     * Completes the work that killed processes left unfinished. Returns how many requests were lost because
     * the request map was full.
     */
    private static long finish(DemandBpf bpf, Path path) throws IOException {
        try (DrainLog log = new DrainLog(bpf.guest(), path)) {
            bpf.guest().displaced().forEach(log::drain);
            try (OnDemandServer<Long> server = bpf.guest().serveRequests(OnDemandContract.BY_HAND, log)) {
                while (server.serve() > 0) {}
                return server.lostRequests();
            }
        }
    }

    /** Sends a packet for a new guest, or for a known one. */
    private void send(DemandBpf bpf, Random random) {
        int guests = 1;
        while (!over.get()) {
            int guest = random.nextInt(4) == 0 && guests < GUESTS ? guests++ : random.nextInt(guests);
            bpf.program("count_guest").testRun(TestRun.Input.packet(KernelOnDemandTest.packet(guest, 1)));
            sent.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_PACKETS_NANOS);
        }
    }

    /** Starts a child process and kills it a random time after it has logged so much. */
    private static void killAfter(long bytes, long micros, Path object, Path pins, Path log) throws Exception {
        long before = Files.size(log);
        Process child =
                new ChildVm().start(Server.class, object.toAbsolutePath().toString(), pins.toString(), log.toString());
        try {
            while (Files.size(log) < before + bytes && child.isAlive()) {
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

    private static long sum(Iterable<Long> counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /**
     * Drains the maps that earlier processes left, completes their requests, and then serves requests and removes
     * maps until it is killed.
     */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            Path pins = Path.of(arguments[1]);
            try (DemandBpf bpf = DemandBpf.open(Path.of(arguments[0]))
                            .pins(PinOptions.in(pins))
                            .load();
                    DrainLog log = new DrainLog(bpf.guest(), Path.of(arguments[2]))) {
                finish(bpf, Path.of(arguments[2]));
                try (OnDemandServer<Long> server = bpf.guest().serveRequests(log)) {
                    for (Random random = new Random(); server.missed() >= 0; ) {
                        List<Long> guests = bpf.guest().keys();
                        Displaced<Long, VisitMap> visits =
                                guests.isEmpty() ? null : bpf.guest().take(guests.get(random.nextInt(guests.size())));
                        if (visits != null) {
                            log.drain(visits);
                        }
                    }
                }
            }
        }
    }
}
