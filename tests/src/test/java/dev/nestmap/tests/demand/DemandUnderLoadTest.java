/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand new tenants per second are served for some seconds, while maps of other tenants are removed. Their inner maps are created as
 * fast as they are requested. Each packet is counted either in an inner map or as missed, never both. If user space falls behind, a program
 * may miss a tenant without noting the request; the sum is exact all the same.
 */
@KernelTest
@Timeout(120)
class DemandUnderLoadTest {
    private static final int NEW_PER_SECOND = 1_000;
    private static final int SECONDS = 3;
    private static final int TENANTS = NEW_PER_SECOND * SECONDS;
    private static final int SENDERS = 2;
    private static final long BETWEEN_PACKETS_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final AtomicBoolean over = new AtomicBoolean();
    private final TenantLoad load = new TenantLoad(NEW_PER_SECOND, TENANTS);

    @Test
    void servesEveryTenantAndLosesNoPacket() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
        try (BpfFs fs = BpfFs.mount();
                DemandBpf bpf = DemandBpf.open(BpfObjects.of("demand"))
                        .pins(PinOptions.in(fs.path("")))
                        .load();
                OnDemandServer<Long> server = bpf.tenant().serveRequests(load)) {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 1; i <= SENDERS; i++) {
                Random random = new Random(seed + i);
                int source = i;
                senders.add(threads.submit(() -> sendToAny(bpf, source, random)));
            }
            Future<Long> retiring = threads.submit(() -> retire(bpf, new Random(seed - 1)));
            load.run(bpf.program("count"));
            over.set(true);
            for (Future<?> sender : senders) {
                sender.get();
            }
            long drained = retiring.get();
            while (bpf.tenant().pending() > 0) {
                server.serve();
            }

            long counted = sum(bpf);
            System.out.printf(
                    "%s%n%d packets: %d missed and %d more lost, %d counted, %d of them drained with retired tenants; %s%n",
                    load,
                    load.sent(),
                    server.statistics().missed(),
                    server.lostRequests(),
                    counted + drained,
                    drained,
                    server.statistics());
            assertThat(load.failures()).as("seed %s", seed).isEmpty();
            assertThat(counted + drained + load.reported() + server.lostRequests())
                    .as("seed %s", seed)
                    .isEqualTo(load.sent());
            assertThat(load.reported())
                    .isGreaterThanOrEqualTo(server.statistics().missed());
            assertThat(server.statistics().missed()).isGreaterThanOrEqualTo(TENANTS);
            assertThat(counted).isPositive();

            assertThat(server.statistics().served()).isGreaterThanOrEqualTo(TENANTS);
            if (!Boolean.getBoolean("kernel.emulated")) {
                // Tenants arrive at that rate. The bound tolerates a machine that is busy with something else for
                // seconds.
                assertThat(load.servedPerSecond()).isBetween(NEW_PER_SECOND / 10.0, (double) NEW_PER_SECOND + 1);
            }
            // The server may have to report the table of earlier requests first, before the one with this request. A
            // tenant whose
            // request was lost, because the table was full, sends again after all others.
            if (server.lostRequests() == 0) {
                assertThat(load.longestWaitInReports()).as("seed %s", seed).isBetween(1, 2);
            }
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private void sendToAny(DemandBpf bpf, int source, Random random) {
        while (!over.get()) {
            load.send(bpf.program("count"), random.nextInt(load.newest() + 1), source);
            LockSupport.parkNanos(BETWEEN_PACKETS_NANOS);
        }
    }

    /** Removes tenants, which programs request again later. Returns the sum of their counts. */
    private long retire(DemandBpf bpf, Random random) {
        long drained = 0;
        while (!over.get()) {
            int tenant = random.nextInt(load.newest() + 1);
            if (!load.isServed(tenant)) {
                continue; // a tenant whose map is gone before its first report would wait for its next request
            }
            try (Displaced<Long, VisitMap> visits = bpf.tenant().take((long) tenant)) {
                if (visits != null) {
                    drained += sum(visits.map());
                    visits.acknowledge();
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
