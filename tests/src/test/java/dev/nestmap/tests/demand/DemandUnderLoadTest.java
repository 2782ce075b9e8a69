/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.PinOptions;
import dev.nestmap.runtime.Program;
import dev.nestmap.runtime.RequestListener;
import dev.nestmap.runtime.RequestServer;
import dev.nestmap.runtime.Served;
import dev.nestmap.runtime.TestRunOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand new tenants a second: each packet is counted in an inner map or as missed, and none in both. Where user space is
 * too slow for as many, some are missed without their tenant being noted; their sum is exact all the same.
 */
@KernelTest
@Timeout(120)
class DemandUnderLoadTest {
    private static final int TENANTS = 4_000;
    private static final long NEW_TENANT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int SENDERS = 3;
    private static final int REPEAT = 20;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong largestBatch = new AtomicLong();
    private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());

    private final RequestListener<Long, VisitMap> listener = new RequestListener<>() {
        @Override
        public void served(Served<Long> served) {
            told.addAndGet(served.total());
            largestBatch.accumulateAndGet(served.missed().size(), Math::max);
        }

        @Override
        public void failed(RuntimeException failure) {
            failures.add(failure);
        }
    };

    @Test
    void noPacketIsLost() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
        try (BpfFs fs = BpfFs.mount();
                DemandBpf bpf = DemandBpf.load(BpfObjects.of("demand"), PinOptions.in(fs.path("")));
                RequestServer<Long> server = bpf.tenant().serveRequests(listener)) {
            long start = System.nanoTime();
            List<Future<Long>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                Random random = new Random(seed + i);
                int source = i;
                senders.add(threads.submit(() -> send(bpf.program("count"), source, start, random)));
            }
            Future<Long> retiring = threads.submit(() -> retire(bpf, start, new Random(seed - 1)));
            long sent = 0;
            for (Future<Long> sender : senders) {
                sent += sender.get();
            }
            long nanos = System.nanoTime() - start;
            over.set(true);
            long drained = retiring.get();
            while (server.serve() > 0) {} // after what its own thread is at

            long counted = sum(bpf);
            System.out.printf(
                    "%d packets to %d new tenants in %d ms: %d missed and %d more not noted, %d counted, %d of them drained with"
                            + " retired tenants; up to %d tenants at once%n",
                    sent,
                    TENANTS,
                    nanos / 1_000_000,
                    server.missed(),
                    server.unnoted(),
                    counted + drained,
                    drained,
                    largestBatch.get());
            assertThat(failures).as("seed %s", seed).isEmpty();
            assertThat(counted + drained + server.missed() + server.unnoted())
                    .as("seed %s", seed)
                    .isEqualTo(sent);
            assertThat(told).hasValue(server.missed());
            assertThat(server.missed()).isBetween((long) TENANTS, sent - TENANTS);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** Sends to the newest tenant, and to others of before. */
    private static long send(Program program, int source, long start, Random random) {
        long sent = 0;
        for (int newest = newest(start); newest < TENANTS; newest = newest(start)) {
            sent += send(program, newest, source);
            sent += send(program, random.nextInt(newest + 1), source);
        }
        for (int tenant = source; tenant < TENANTS; tenant += SENDERS) {
            sent += send(program, tenant, source); // whoever was not met by chance
        }
        return sent;
    }

    private static long send(Program program, int tenant, int source) {
        program.testRun(
                TestRunOptions.packet(KernelOnDemandTest.packet(tenant, source)).withRepeat(REPEAT));
        return REPEAT;
    }

    private static int newest(long start) {
        return (int) ((System.nanoTime() - start) / NEW_TENANT_NANOS);
    }

    /** Takes tenants out, which are asked for again: what was counted for them. */
    private long retire(DemandBpf bpf, long start, Random random) {
        long drained = 0;
        while (!over.get()) {
            long tenant = random.nextInt(Math.min(TENANTS, newest(start) + 1));
            try (VisitMap.Owned visits = bpf.tenant().take(tenant, Exactness.EXACT)) {
                if (visits != null) {
                    drained += sum(visits);
                }
            }
        }
        return drained;
    }

    private static long sum(DemandBpf bpf) {
        AtomicLong sum = new AtomicLong();
        bpf.tenant().forEach((tenant, visits) -> sum.addAndGet(sum(visits)));
        return sum.get();
    }

    private static long sum(Iterable<Visit> visits) {
        long sum = 0;
        for (Visit visit : visits) {
            sum += visit.packets();
        }
        return sum;
    }
}
