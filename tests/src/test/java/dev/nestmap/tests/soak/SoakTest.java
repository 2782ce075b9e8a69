/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.soak.Soaked.Flow;
import dev.nestmap.tests.soak.SoakedBpf.FlowMap;
import dev.nestmap.tests.soak.SoakedBpf.TenantMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each packet is counted once, and nothing is left open, after threads have counted, read, written, rotated, taken, replaced, recovered,
 * opened, closed and migrated at once, and opened and closed files, so that numbers of closed descriptors are used again. {@code
 * bin/dev/soak} runs this test for longer.
 */
@KernelTest
class SoakTest extends PinningTest {
    private static final long SECONDS = Long.getLong("nestmap.soak.seconds", 5);
    private static final int TENANTS = 16;
    private static final int PACKETS_AT_ONCE = 200;

    /** The program counts at ports below, and Java writes and takes the next {@link #WRITTEN_PORTS}. */
    private static final int COUNTED_PORTS = 200;

    private static final int WRITTEN_PORTS = 40;

    private final Map<String, LongAdder> operations = new ConcurrentSkipListMap<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder drained = new LongAdder();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    @TempDir
    private Path directory;

    /** One step of a thread, which repeats it until the time is over. */
    private interface Step {
        void run(Random random) throws IOException;
    }

    @Test
    void losesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        List<String> before = NoFdLeaks.open();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SoakedBpf bpf = SoakedBpf.open(BpfObjects.of("soaked")).pins(pins).load()) {
            List<Future<?>> running = new ArrayList<>();
            Random random = new Random(seed);
            for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
                running.add(threads.submit(sender(bpf, cpu, new Random(random.nextLong()))));
            }
            steps(bpf).forEach((name, step) -> {
                Random own = new Random(random.nextLong());
                running.add(threads.submit(() -> repeat(name, own, step)));
            });
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                    System.nanoTime() < end && failures.isEmpty(); ) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            over = true;
            for (Future<?> thread : running) {
                thread.get();
            }
            requireNoFailure(seed);
            verify(bpf, seed);
        } finally {
            over = true;
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
        assertThat(NoFdLeaks.open()).as("BPF descriptors").containsExactlyInAnyOrderElementsOf(before);
    }

    /** One failure may be the cause of the others, so all have their traces, in the order of time. */
    private void requireNoFailure(long seed) {
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError("seed " + seed, failures.get(0));
            failures.subList(1, failures.size()).forEach(all::addSuppressed);
            throw all;
        }
    }

    private void verify(SoakedBpf bpf, long seed) throws IOException {
        drainAll(bpf.tenant().waitingTickets());
        LongAdder left = new LongAdder();
        List<String> pinned = new ArrayList<>();
        bpf.tenant().forEach((id, flows) -> {
            pinned.add("soak/tenant-inner/" + id);
            left.add(packets(flows));
        });
        long missed = Objects.requireNonNull(bpf.missed().get(0)).stream()
                .mapToLong(Soaked.Missed::packets)
                .sum();
        System.out.println(
                SECONDS + " s, operations " + operations + ", " + sent + " packets: " + drained + " drained, "
                        + left + " left, " + missed + " without an inner map, difference "
                        + (sent.sum() - drained.sum() - left.sum() - missed));
        assertThat(drained.sum() + left.sum() + missed).as("seed %s", seed).isEqualTo(sent.sum());
        assertThat(fs.content())
                .as("seed %s", seed)
                .filteredOn(path -> path.startsWith("soak/tenant-inner/") || path.startsWith("soak/tenant-draining/"))
                .containsExactlyInAnyOrderElementsOf(pinned);
    }

    private Map<String, Step> steps(SoakedBpf bpf) throws IOException {
        TenantMap tenants = bpf.tenant();
        Path file = Files.writeString(directory.resolve("file"), "content");
        return Map.ofEntries(
                Map.entry("create", random -> tenants.getOrCreate(tenant(random))),
                Map.entry("rotate", random -> drain(tenants.rotate(tenant(random)))),
                Map.entry("drain", random -> tenants.drain(tenant(random), flows -> drained.add(packets(flows.map())))),
                Map.entry("drain-all", random -> tenants.drainAll(flows -> drained.add(packets(flows.map())))),
                Map.entry("rotate-all", random -> drainAll(tenants.rotateAll(List.of(1L, 2L, 3L)))),
                Map.entry("take", random -> drain(tenants.take(tenant(random)))),
                Map.entry("rotate-filled", random -> drain(tenants.rotate(tenant(random), next -> {}))),
                Map.entry("write", random -> write(tenants, random)),
                Map.entry("take-entry", random -> takeEntry(tenants, random)),
                Map.entry("read", random -> read(tenants, random)),
                Map.entry("scan", random -> scan(tenants)),
                Map.entry("read-many", random -> readMany(tenants, random)),
                Map.entry("scan-entries", random -> tenants.forEachEntry((id, flow) -> check(flow))),
                Map.entry("open", random -> {
                    try (TenantMap.Owned other =
                            SoakedBpf.TENANT_MAP.openPinned(fs.path("soak/tenant"), MapAccess.READ_ONLY)) {
                        other.keys();
                    }
                }),
                Map.entry("recover", random -> {
                    drainAll(tenants.waitingTickets());
                }),
                Map.entry("file", random -> {
                    try (FileChannel channel = FileChannel.open(file)) {
                        ByteBuffer content = ByteBuffer.allocate(16);
                        assertThat(channel.read(content)).isEqualTo("content".length());
                    }
                }));
    }

    private Runnable sender(SoakedBpf bpf, int cpu, Random random) {
        return () -> {
            OneCpu pinned = OneCpu.pin(cpu);
            try {
                repeat("send on CPU " + cpu, random, unused -> {
                    byte[] packet = NativeBytes.packet((int) tenant(random), random.nextInt(COUNTED_PORTS));
                    bpf.program("count").testRun(TestRun.Input.packet(packet).withRepeat(PACKETS_AT_ONCE));
                    sent.add(PACKETS_AT_ONCE);
                });
            } finally {
                pinned.close();
            }
        };
    }

    private void repeat(String name, Random random, Step step) {
        LongAdder count = operations.computeIfAbsent(name, key -> new LongAdder());
        try {
            do {
                step.run(random);
                count.increment();
            } while (!over);
        } catch (Throwable e) {
            failures.add(new AssertionError(name, e));
        }
    }

    private static long tenant(Random random) {
        return random.nextInt(TENANTS);
    }

    private static void read(TenantMap tenants, Random random) {
        withBorrowed(tenants, random, flows -> {
            flows.get(random.nextInt(COUNTED_PORTS));
            flows.count();
        });
    }

    /** A thread that takes the map out waits for the write, or the write is rejected. */
    private void write(TenantMap tenants, Random random) {
        int packets = 1 + random.nextInt(9);
        withBorrowed(tenants, random, flows -> {
            if (flows.putIfAbsent(new Flow(writtenPort(random), packets))) {
                sent.add(packets);
            }
        });
    }

    private void takeEntry(TenantMap tenants, Random random) {
        withBorrowed(tenants, random, flows -> {
            Flow taken = flows.getAndRemove(writtenPort(random));
            if (taken != null) {
                drained.add(taken.packets());
            }
        });
    }

    private static long writtenPort(Random random) {
        return random.nextInt(COUNTED_PORTS, COUNTED_PORTS + WRITTEN_PORTS);
    }

    /** A borrowed handle becomes invalid when another thread takes its map out. */
    private static void withBorrowed(TenantMap tenants, Random random, Consumer<FlowMap> action) {
        FlowMap flows = tenants.get(tenant(random));
        if (flows == null) {
            return;
        }
        try {
            action.accept(flows);
        } catch (InvalidHandleException e) {
            // Another thread took the map out of its slot.
        }
    }

    /** Reads through the outer map alone, so no inner map's handle can become invalid. */
    private static void readMany(TenantMap tenants, Random random) {
        List<NestedKey<Long, Long>> keys = random.longs(100, 0, COUNTED_PORTS)
                .mapToObj(flow -> new NestedKey<>(tenant(random), flow))
                .toList();
        tenants.getAll(keys).forEach((key, flow) -> {
            assertThat(flow.port()).isEqualTo(key.inner());
            check(flow);
        });
        check(tenants.get(tenant(random), random.nextInt(COUNTED_PORTS)));
    }

    private static void check(@Nullable Flow flow) {
        if (flow != null) {
            assertThat(flow.packets())
                    .as("0 if the program has just created the entry")
                    .isNotNegative();
        }
    }

    private static void scan(TenantMap tenants) {
        try {
            tenants.forEach((id, flows) -> packets(flows));
        } catch (InvalidHandleException e) {
            // Another thread took the map out of its slot.
        }
    }

    private void drainAll(List<Displaced<Long, FlowMap>> maps) {
        maps.forEach(this::drain);
    }

    private void drain(@Nullable Displaced<Long, FlowMap> map) {
        if (map != null) {
            drained.add(packets(map.map()));
            map.acknowledge();
        }
    }

    private static long packets(FlowMap flows) {
        LongAdder packets = new LongAdder();
        flows.forEach(flow -> packets.add(flow.packets()));
        return packets.sum();
    }
}
