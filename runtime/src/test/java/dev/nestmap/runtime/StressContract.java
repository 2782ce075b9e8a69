/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Inner maps that come and go from many threads: nothing is lost, nothing stays behind. {@code -Dnestmap.cycles=100000} does
 * more of it, {@code -Dnestmap.seed} the same again.
 */
abstract class StressContract implements MapsUnderTest {
    private static final int CYCLES = Integer.getInteger("nestmap.cycles", 2_000);
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final int THREADS = 32;
    private static final int TENANTS = 256;
    private static final int COMING_AND_GOING = 128;
    private static final List<Long> STAYING =
            LongStream.range(COMING_AND_GOING, COMING_AND_GOING + 50).boxed().toList();
    private static final long MEGABYTE = 1 << 20;

    private final AtomicInteger sequence = new AtomicInteger();
    private final AtomicInteger cycles = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong drained = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Test
    void comesAndGoesWithoutATrace(TestReporter reporter) throws Exception {
        reporter.publishEntry("nestmap.seed", Long.toString(SEED));
        RecordingFactory factory = new RecordingFactory(factory());
        List<String> open = NoFdLeaks.open();
        GarbageCollection.run();
        long direct = directMemory();
        int made;
        try (Network network = Network.of(new FactoryObject(factory, Network.schema(TENANTS)))) {
            network.tenant().createAll(STAYING);
            long before = factory.alive();
            List<Future<?>> readers = List.of(start(() -> iterate(network)), start(() -> iterate(network)));
            List<Future<?>> changers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(SEED + i);
                changers.add(start(() -> cycle(network, random)));
            }
            await(changers);
            done.set(true);
            await(readers);
            drain(network.tenant()
                    .takeAll(LongStream.range(0, COMING_AND_GOING).boxed().toList()));

            assertThat(drained).as("seed " + SEED).hasValue(written.get());
            assertThat(network.tenant().keys()).hasSameElementsAs(STAYING);
            made = factory.made();
            assertThat(made).isGreaterThan(CYCLES);
            assertGoesDownTo(before + network.tenant().expert().spareCount(), factory);
        } finally {
            done.set(true);
            threads.shutdown();
        }
        assertGoesDownTo(0, factory);
        assertThat(NoFdLeaks.open()).hasSizeLessThanOrEqualTo(open.size());
        awaitDirectMemory(direct + 16 * MEGABYTE);
        reporter.publishEntry(Map.of(
                "cycles", Integer.toString(CYCLES),
                "maps made", Integer.toString(made),
                "flows drained", drained.toString(),
                "BPF descriptors before and after",
                        open.size() + ", " + NoFdLeaks.open().size(),
                "direct memory grown by", directMemory() - direct + " bytes"));
    }

    private Future<?> start(Runnable task) {
        return threads.submit(task);
    }

    private void cycle(Network network, Random random) {
        while (cycles.getAndIncrement() < CYCLES) {
            long key = random.nextInt(COMING_AND_GOING);
            write(network, key);
            drain(network.tenant().rotate(key));
            write(network, key);
            if (random.nextInt(20) == 0) {
                List<Long> some = random.longs(5, 0, COMING_AND_GOING).boxed().toList();
                drain(network.tenant().rotateAll(some));
                drain(network.tenant().takeAll(some));
            }
            drain(network.tenant().take(key));
        }
    }

    private void write(Network network, long key) {
        int next = sequence.getAndIncrement();
        try {
            network.tenant().getOrCreate(key).put(new Flow(new FlowKey(next & 0xFFFF, next >> 16 & 0xFF), 1));
            written.incrementAndGet();
        } catch (InvalidHandleException e) {
            // Another thread has drained the map between the two calls, and counted what was in it before.
        }
    }

    private void drain(@Nullable Displaced<Long, FlowMap> flows) {
        if (flows != null) {
            drained.addAndGet(flows.map().count());
            flows.acknowledge();
        }
    }

    private void drain(List<Displaced<Long, FlowMap>> all) {
        all.forEach(this::drain);
    }

    /** Each pass ends, and sees what stays exactly once. */
    private void iterate(Network network) {
        while (!done.get()) {
            Map<Long, Integer> seen = new HashMap<>();
            network.tenant().forEach((id, flows) -> seen.merge(id, 1, Integer::sum));
            STAYING.forEach(id -> assertThat(seen).containsEntry(id, 1));
        }
    }

    private static void assertGoesDownTo(long maps, RecordingFactory factory) {
        Await.until("the kernel has freed all maps but " + maps, () -> factory.alive() <= maps);
        assertThat(factory.alive()).isEqualTo(maps);
    }

    private static void await(List<Future<?>> tasks) throws Exception {
        for (Future<?> task : tasks) {
            task.get();
        }
    }

    /** The cleaner of direct buffers runs some time after the collector. */
    private static void awaitDirectMemory(long less) throws InterruptedException {
        for (long end = System.nanoTime() + 10_000_000_000L; directMemory() >= less && System.nanoTime() < end; ) {
            GarbageCollection.run();
        }
        assertThat(directMemory()).isLessThan(less);
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Knows which maps it has made, so that a test can ask which are still there, whatever others do on the machine. */
    private static final class RecordingFactory extends DelegatingFactory {
        private final Set<Integer> made = ConcurrentHashMap.newKeySet();

        RecordingFactory(MapFactory factory) {
            super(factory);
        }

        @Override
        public RawMap create(MapShape shape, @Nullable RawMap prototype) {
            RawMap map = super.create(shape, prototype);
            made.add(map.id());
            return map;
        }

        int made() {
            return made.size();
        }

        /** How many of them are still there. */
        long alive() {
            made.removeIf(id -> {
                RawMap map = open(id);
                if (map != null) {
                    map.close();
                }
                return map == null;
            });
            return made.size();
        }
    }
}
