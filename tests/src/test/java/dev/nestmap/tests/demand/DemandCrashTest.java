/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * No packet is lost when a process that creates and removes inner maps on demand is killed at random moments and started again, while
 * programs keep counting and missing. Every request is served eventually, and no leftover remains.
 */
@Tag("jdk-independent")
@KernelTest
@Timeout(600)
@Tag("long")
class DemandCrashTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 5);
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
            requireExact(bpf, log, "before the last report", seed);
            finish(bpf, log);
            requireExact(bpf, log, "after it", seed);
            assertThat(bpf.guest().pending()).as("seed %s", seed).isZero();

            List<String> pinned = new ArrayList<>();
            bpf.guest().keys().forEach(guest -> pinned.add("acme/guest-inner/" + guest));
            assertThat(fs.content())
                    .as("seed %s", seed)
                    .filteredOn(path -> path.startsWith("acme/guest-inner/")
                            || path.startsWith("acme/guest-draining/")
                            || path.startsWith("acme/guest-requests-draining/"))
                    .containsExactlyInAnyOrderElementsOf(pinned);
        }
    }

    /** Drained, reported, lost and pending events together are all events, whatever a kill has interrupted. */
    private void requireExact(DemandBpf bpf, Path log, String when, long seed) throws IOException {
        long missed = sum(DrainLog.missed(log).values());
        long drained = sum(DrainLog.drained(log).values());
        long[] counted = {0};
        bpf.guest().forEach((guest, visits) -> counted[0] += DrainLog.sum(visits));
        long waiting = 0;
        for (Displaced<Long, VisitMap> displaced : bpf.guest().waitingTickets()) {
            try (displaced) {
                if (!DrainLog.drained(log).containsKey(displaced.identity().text())) {
                    waiting += DrainLog.sum(displaced.map());
                }
            }
        }
        long pending = bpf.guest().pending();
        long repeated = repeated(bpf, log);
        long lost = lost(bpf);
        System.out.printf(
                "%d kills, %d packets, %s: %d missed in %d reports, %d lost, %d pending (%d of them stored), %d drained of %d maps, %d in maps%n",
                KILLS,
                sent.get(),
                when,
                missed,
                DrainLog.missed(log).size(),
                lost,
                pending,
                repeated,
                drained,
                DrainLog.drained(log).size(),
                counted[0] + waiting);
        assertThat(missed + lost + pending - repeated + counted[0] + waiting + drained)
                .as("%s, seed %s", when, seed)
                .isEqualTo(sent.get());
    }

    /** The misses in reports that a killed process stored and did not acknowledge. They come again with a known identity. */
    private static long repeated(DemandBpf bpf, Path log) throws IOException {
        Map<String, Long> stored = DrainLog.missed(log);
        AtomicLong repeated = new AtomicLong();
        OnDemandServer<Long> server = bpf.guest().serveRequests(OnDemandContract.BY_HAND, report -> {
            repeated.addAndGet(stored.getOrDefault(report.identity().text(), 0L));
            throw new IllegalStateException("only looks at the report");
        });
        server.close();
        server.serve();
        return repeated.get();
    }

    private static long lost(DemandBpf bpf) {
        long lost = 0;
        for (UntypedMap.Entry entry : UntypedMap.of(bpf, "guest_uncounted")) {
            ByteBuffer key = ByteBuffer.wrap(entry.key().toBytes()).order(ByteOrder.nativeOrder());
            ByteBuffer ofCpus = ByteBuffer.wrap(entry.value().toBytes()).order(ByteOrder.nativeOrder());
            boolean isUnrequested = key.getInt() == UncountedMap.Counter.UNREQUESTED.index();
            while (isUnrequested && ofCpus.hasRemaining()) {
                lost += ofCpus.getLong();
            }
        }
        return lost;
    }

    /** Completes the work that killed processes left unfinished. */
    private static void finish(DemandBpf bpf, Path path) throws IOException {
        try (DrainLog log = new DrainLog(path)) {
            bpf.guest().drainWaiting(log::drain);
            OnDemandServer<Long> server = bpf.guest().serveRequests(OnDemandContract.BY_HAND, log);
            server.close();
            while (bpf.guest().pending() > 0) {
                server.serve();
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
            Await.until(
                    "the child has written, or has ended", () -> Files.size(log) >= before + bytes || !child.isAlive());
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
                    DrainLog log = new DrainLog(Path.of(arguments[2]))) {
                finish(bpf, Path.of(arguments[2]));
                try (OnDemandServer<Long> server = bpf.guest().serveRequests(log)) {
                    for (Random random = new Random(); server.statistics().missed() >= 0; ) {
                        List<Long> guests = bpf.guest().keys();
                        if (!guests.isEmpty()) {
                            bpf.guest()
                                    .drainLast(
                                            guests.get(random.nextInt(guests.size()))
                                                    .longValue(),
                                            log::drain);
                        }
                    }
                }
            }
        }
    }
}
