/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.nestmap.benchmarks.ManyMaps.Count;
import dev.nestmap.benchmarks.ManyMapsBpf.CountMap;
import dev.nestmap.benchmarks.ManyMapsBpf.TenantMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * Creates, fills, reads, rotates and serves many inner maps, and checks every count. {@code bin/bench --inner-maps [N]} runs it.
 */
public final class ManyInnerMaps implements AutoCloseable {
    /** The number of inner maps that a call creates or rotates. */
    private static final int STEP = 1_000;

    /** Each inner map has this entry, whose count is the number of the map. The program counts in it, too. */
    private static final long ENTRY = 1;

    private static final int ETHERNET_HEADER = 14;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int SETTLING_COLLECTIONS = 4;

    private final int count;
    private final ManyMapsBpf bpf = ManyMapsBpf.load();
    private final TenantMap tenants = bpf.tenant();

    private ManyInnerMaps(int count) {
        this.count = count;
    }

    /**
     * Prints the conditions, and a row for each step.
     *
     * @param arguments the number of inner maps, a multiple of 1000
     * @throws Exception if a step fails
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println(Conditions.text());
        try (ManyInnerMaps maps = new ManyInnerMaps(Integer.parseInt(arguments[0]))) {
            maps.run();
        }
    }

    /** Runs the steps with this number of inner maps, a multiple of 1000. Throws if a count is wrong. */
    static void check(int count) throws Exception {
        try (ManyInnerMaps maps = new ManyInnerMaps(count)) {
            maps.run();
        }
    }

    /** A step, which returns the number of inner maps that it has used. */
    private interface Step {
        long run() throws Exception;
    }

    private void run() throws Exception {
        long before = javaBytes();
        System.out.println("| step | inner maps | seconds | CPU, µs for each |");
        System.out.println("| --- | --- | --- | --- |");
        measure("create and fill", this::create);
        long after = javaBytes();
        measure("read all entries (forEachEntry)", this::walkEntries);
        measure("visit all handles (forEach, get)", this::walkHandles);
        measure("get one entry of each by keys", this::getEach);
        measure("rotate and drain", this::rotate);
        measure("remove a tenth", this::remove);
        measure("serve on demand", this::serve);
        System.out.printf(
                Locale.ROOT,
                "%nJava memory: %d bytes for each of %,d inner maps, after a garbage collection%n",
                (after - before) / count,
                count);
    }

    private void measure(String name, Step step) throws Exception {
        long start = System.nanoTime();
        long startCpu = cpuNanos();
        long maps = step.run();
        long cpu = cpuNanos() - startCpu;
        long nanos = System.nanoTime() - start;
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %.1f |%n",
                name,
                maps,
                nanos / NANOS_PER_SECOND,
                (double) cpu / NANOS_PER_MICRO / maps);
    }

    private long create() {
        for (int from = 0; from < count; from += STEP) {
            tenants.createAll(keys(from, STEP), (id, counts) -> counts.put(new Count(ENTRY, id)));
        }
        return count;
    }

    private long walkEntries() {
        long[] sum = {0, 0};
        tenants.forEachEntry((id, entry) -> add(sum, entry.packets()));
        return checked(sum, sumOfIds());
    }

    private long walkHandles() {
        long[] sum = {0, 0};
        tenants.forEach((id, counts) -> {
            Count entry = counts.get(ENTRY);
            add(sum, entry == null ? 0 : entry.packets());
        });
        return checked(sum, sumOfIds());
    }

    private long getEach() {
        long[] sum = {0, 0};
        for (long id = 0; id < count; id++) {
            Count entry = tenants.get(id, ENTRY);
            add(sum, entry == null ? 0 : entry.packets());
        }
        return checked(sum, sumOfIds());
    }

    private long rotate() {
        long[] sum = {0, 0};
        for (int from = 0; from < count; from += STEP) {
            List<Displaced<Long, CountMap>> old = tenants.rotateAll(keys(from, STEP));
            for (Displaced<Long, CountMap> each : old) {
                each.map().getAndRemoveAll(entry -> add(sum, entry.packets()));
                each.acknowledge();
            }
        }
        return checked(sum, sumOfIds());
    }

    private long remove() {
        int removed = count / 10;
        for (int from = 0; from < removed; from += STEP) {
            tenants.discardAll(keys(from, Math.min(STEP, removed - from)));
        }
        return removed;
    }

    /** A program counts in every inner map until each has a count. It misses those that were removed. */
    private long serve() throws InterruptedException {
        int removed = count / 10;
        long runs = 0;
        LongAdder missed = new LongAdder();
        try (OnDemandServer<Long> server = tenants.serveRequests(report -> missed.add(report.total()))) {
            while (server.statistics().served() < removed) {
                for (int from = 0; from < count; from += STEP) {
                    bpf.touch().testRun(range(from));
                }
                runs++;
                Thread.sleep(5);
            }
            while (tenants.pending() > 0) { // the last misses are in no report yet
                Thread.sleep(1);
            }
            long[] sum = {missed.sum(), 0};
            tenants.forEachEntry((id, entry) -> add(sum, entry.packets()));
            long expected = runs * count - server.lostRequests();
            if (sum[0] != expected) {
                throw new IllegalStateException("counted " + sum[0] + " packets instead of " + expected);
            }
        }
        return removed;
    }

    private static byte[] range(int first) {
        ByteBuffer packet =
                ByteBuffer.allocate(ETHERNET_HEADER + 2 * Integer.BYTES).order(ByteOrder.nativeOrder());
        packet.putInt(ETHERNET_HEADER, first).putInt(ETHERNET_HEADER + Integer.BYTES, STEP);
        return packet.array();
    }

    private static void add(long[] sum, long packets) {
        sum[0] += packets;
        sum[1]++;
    }

    /** Returns how many entries were added. */
    private long checked(long[] sum, long expected) {
        if (sum[0] != expected || sum[1] != count) {
            throw new IllegalStateException("read " + sum[1] + " entries with a sum of " + sum[0] + " instead of "
                    + count + " with a sum of " + expected);
        }
        return sum[1];
    }

    private long sumOfIds() {
        return (long) count * (count - 1) / 2;
    }

    private static List<Long> keys(long from, int number) {
        return LongStream.range(from, from + number).boxed().toList();
    }

    /** The CPU time of all threads of this process. On a busy machine it says more than the time on the clock. */
    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** The heap and direct memory that are in use after a garbage collection, in bytes. */
    private static long javaBytes() throws InterruptedException {
        for (int i = 0; i < SETTLING_COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100); // for cleaners
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() {
        bpf.close();
    }
}
