/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Generates new tenants at a fixed rate. Sends the packets that request their maps, and records when each map was
 * served.
 *
 * <p>Each packet is a test run of its own. Repeated runs make the kernel attach the program to its XDP dispatcher and
 * detach it again, and each of these waits for a grace period (28 ms per run, measured on Linux 6.18).
 */
final class TenantLoad implements OnDemandServer.Listener<Long, VisitMap> {
    private static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final int perSecond;
    private final AtomicLongArray asked;
    private final AtomicLongArray served;

    /** How many reports there had been when a tenant's packet had left its request. */
    private final AtomicIntegerArray reportsBefore;

    /** How many reports there had been with the first one of a tenant. */
    private final AtomicIntegerArray reportsUntil;

    private final AtomicInteger reports = new AtomicInteger();
    private final AtomicInteger newest = new AtomicInteger();
    private final AtomicInteger met = new AtomicInteger();
    private final AtomicLong reported = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    private int backlog;
    private long nanos;

    TenantLoad(int perSecond, int tenants) {
        this.perSecond = perSecond;
        this.asked = new AtomicLongArray(tenants);
        this.served = new AtomicLongArray(tenants);
        this.reportsBefore = new AtomicIntegerArray(tenants);
        this.reportsUntil = new AtomicIntegerArray(tenants);
    }

    @Override
    public void missed(MissReport<Long> report) {
        long now = System.nanoTime();
        int number = reports.incrementAndGet();
        reported.addAndGet(report.total());
        for (Long tenant : report.missed().keySet()) {
            if (served.compareAndSet(tenant.intValue(), 0, now)) {
                reportsUntil.set(tenant.intValue(), number);
                met.incrementAndGet();
            }
        }
    }

    @Override
    public void failed(RuntimeException failure) {
        failures.add(failure);
    }

    /** Sends each new tenant its first packet on time, and sends again to tenants whose request was lost, until all are served. */
    void run(UntypedProgram program) {
        int tenants = asked.length();
        long start = System.nanoTime();
        for (int tenant = 0; tenant < tenants; tenant++) {
            long due = start + tenant * TimeUnit.SECONDS.toNanos(1) / perSecond;
            LockSupport.parkNanos(due - System.nanoTime()); // returns at once if this thread is late
            asked.set(tenant, System.nanoTime());
            request(program, tenant);
            newest.set(tenant);
            backlog = Math.max(backlog, tenant + 1 - met.get());
        }
        while (met.get() < tenants) {
            LockSupport.parkNanos(RESEND_NANOS);
            for (int tenant = 0; tenant < tenants; tenant++) {
                if (served.get(tenant) == 0) { // the request map was full
                    request(program, tenant);
                }
            }
        }
        nanos = System.nanoTime() - start;
    }

    private void request(UntypedProgram program, int tenant) {
        send(program, tenant, 0);
        reportsBefore.set(tenant, reports.get());
    }

    void send(UntypedProgram program, int tenant, int source) {
        program.testRun(TestRun.Input.packet(KernelOnDemandTest.packet(tenant, source)));
        sent.incrementAndGet();
    }

    /** Number of the most recent tenant. */
    int newest() {
        return newest.get();
    }

    long sent() {
        return sent.get();
    }

    /** Whether a tenant has got its map, and the listener knows of it. */
    boolean isServed(int tenant) {
        return served.get(tenant) != 0;
    }

    /** The most reports that a tenant has waited for after its last request. On a busy machine, reports take longer, but are not more. */
    int longestWaitInReports() {
        return IntStream.range(0, reportsBefore.length())
                .map(tenant -> reportsUntil.get(tenant) - reportsBefore.get(tenant))
                .max()
                .orElseThrow();
    }

    /** Number of misses reported to the listener. */
    long reported() {
        return reported.get();
    }

    List<RuntimeException> failures() {
        return failures;
    }

    /** Tenants whose maps were published per second, from the first packet to the last map. */
    double servedPerSecond() {
        return asked.length() * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    @Override
    public String toString() {
        long[] waits = new long[asked.length()];
        for (int tenant = 0; tenant < waits.length; tenant++) {
            waits[tenant] = served.get(tenant) - asked.get(tenant);
        }
        Arrays.sort(waits);
        return String.format(
                Locale.ROOT,
                "%d new tenants at %d a second: %.0f a second got their maps, after %.1f ms (median; 99%% within %.1f ms, all within"
                        + " %.1f ms); at most %d were waiting",
                waits.length,
                perSecond,
                servedPerSecond(),
                millis(waits[waits.length / 2]),
                millis(waits[waits.length * 99 / 100]),
                millis(waits[waits.length - 1]),
                backlog);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
