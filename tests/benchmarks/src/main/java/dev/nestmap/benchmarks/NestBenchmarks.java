/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.FAST_GO;
import static dev.nestmap.benchmarks.Rival.GO;
import static dev.nestmap.benchmarks.Rival.NAIVE_C;

import dev.nestmap.benchmarks.Benchmarked.FlowKey;
import dev.nestmap.benchmarks.Benchmarked.TenantFlow;
import dev.nestmap.benchmarks.BenchmarkedBpf.TenantFlowMap;
import dev.nestmap.benchmarks.BenchmarkedBpf.TenantMap;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.attach.TestRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Operations on the entries of many inner maps. */
final class NestBenchmarks {
    private static final int CALLS = 32_768;
    private static final int PACKET = 64;

    /** How much longer an addition may take that counts what is refused, in nanoseconds. */
    private static final double COUNTING = 2;

    private static final long TENANT_MASK = 511;
    private static final int TENANT_BITS = 9;
    private static final long KEY_MASK = 63;
    private static final int ENTRIES = 100_000;
    private static final int MANY = 512;
    private static final int RUNS = 100_000;
    private static final TestRun.Input RUN =
            TestRun.Input.packet(new byte[PACKET]).withRepeat(RUNS);

    private final CLoops c;
    private final GoPeer go;
    private final BenchmarkedBpf bpf;
    private final long outer;
    private final TenantFlowMap.View view = new TenantFlowMap.View();

    NestBenchmarks(CLoops c, GoPeer go, BenchmarkedBpf bpf, long outer) {
        this.c = c;
        this.go = go;
        this.bpf = bpf;
        this.outer = outer;
    }

    List<Benchmark> all() {
        return List.of(
                get("nested-get", 1.05, Benchmark.NAIVE_REACH, () -> get(bpf.tenant()))
                        .against(GO, go, "nested_get_naive")
                        .against(FAST_GO, go, "nested_get_cached_unsafe"),
                get("nested-get-view", 1.05, Benchmark.NAIVE_REACH, this::getView),
                get("nested-get-all-512", 1, Benchmark.NAIVE_REACH, this::getAll)
                        .against(FAST_GO, go, "nested_get_cached_unsafe"),
                walk("walk", 1.2, this::walk).against(GO, go, "walk_naive").against(FAST_GO, go, "walk_batch"),
                walk("walk-view", 1.1, this::walkInView).against(FAST_GO, go, "walk_batch"),
                walk("walk-entries", 0.5, this::walkEntries)
                        .against(GO, go, "walk_naive")
                        .against(FAST_GO, go, "walk_batch"),
                walk("walk-entries-view", 0.5, this::walkEntriesInView),
                new Benchmark("program-add", RUNS, () -> run("add_by_helper"))
                        .againstPlus(C, COUNTING, () -> run("add_by_hand")));
    }

    /** Runs a program, which returns 1. */
    private long run(String program) {
        return (long) RUNS * bpf.program(program).testRun(RUN).returnValue();
    }

    private Benchmark get(String name, double reach, double naiveReach, LongSupplier nestmap) {
        return new Benchmark(name, CALLS, nestmap)
                .against(C, reach, () -> c.nested_get_cached(outer, CALLS))
                .against(NAIVE_C, naiveReach, () -> c.nested_get_naive(outer, CALLS));
    }

    private Benchmark walk(String name, double reach, LongSupplier nestmap) {
        return new Benchmark(name, ENTRIES, nestmap)
                .against(C, reach, () -> c.walk_batch(outer))
                .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.walk_naive(outer));
    }

    private static long get(TenantMap tenants) {
        long sum = 0;
        for (long i = 0; i < CALLS; i++) {
            TenantFlow flow = tenants.get(i & TENANT_MASK, Suite.key((i >> TENANT_BITS) & KEY_MASK));
            if (flow == null) {
                return -1;
            }
            sum += flow.packets() + flow.bytes();
        }
        return sum;
    }

    private long getView() {
        long sum = 0;
        for (long i = 0; i < CALLS; i++) {
            if (!bpf.tenant().get(i & TENANT_MASK, Suite.key((i >> TENANT_BITS) & KEY_MASK), view)) {
                return -1;
            }
            sum += view.packets() + view.bytes();
        }
        return sum;
    }

    private long getAll() {
        long sum = 0;
        List<NestedKey<Long, FlowKey>> keys = new ArrayList<>();
        for (long i = 0; i < CALLS; i += MANY) {
            keys.clear();
            for (long j = i; j < i + MANY; j++) {
                keys.add(new NestedKey<>(j & TENANT_MASK, Suite.key((j >> TENANT_BITS) & KEY_MASK)));
            }
            Map<NestedKey<Long, FlowKey>, TenantFlow> flows = bpf.tenant().getAll(keys);
            if (flows.size() != MANY) {
                return -1;
            }
            for (TenantFlow flow : flows.values()) {
                sum += flow.packets() + flow.bytes();
            }
        }
        return sum;
    }

    private long walkEntries() {
        long[] sum = {0};
        bpf.tenant().forEachEntry((tenant, flow) -> sum[0] += flow.packets());
        return sum[0];
    }

    private long walkEntriesInView() {
        long[] sum = {0};
        bpf.tenant().forEachEntry(view, (tenant, flow) -> sum[0] += flow.packets());
        return sum[0];
    }

    private long walk() {
        long[] sum = {0};
        bpf.tenant().forEach((tenant, flows) -> flows.forEach(flow -> sum[0] += flow.packets()));
        return sum[0];
    }

    private long walkInView() {
        long[] sum = {0};
        bpf.tenant().forEach((tenant, flows) -> flows.forEach(view, flow -> sum[0] += flow.packets()));
        return sum[0];
    }
}
