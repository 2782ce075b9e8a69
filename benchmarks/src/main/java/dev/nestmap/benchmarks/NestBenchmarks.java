/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Benchmarked.FlowKey;
import dev.nestmap.benchmarks.Benchmarked.TenantFlow;
import dev.nestmap.benchmarks.BenchmarkedBpf.TenantFlowMap;
import dev.nestmap.runtime.NestedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operations on the entries of many inner maps. */
final class NestBenchmarks {
    private static final int CALLS = 32_768;
    private static final long TENANT_MASK = 511;
    private static final int TENANT_BITS = 9;
    private static final long KEY_MASK = 63;
    private static final int ENTRIES = 100_000;

    private final CLoops c;
    private final BenchmarkedBpf bpf;
    private final long outer;
    private final TenantFlowMap.View view = new TenantFlowMap.View();

    NestBenchmarks(CLoops c, BenchmarkedBpf bpf, long outer) {
        this.c = c;
        this.bpf = bpf;
        this.outer = outer;
    }

    List<Benchmark> all() {
        return List.of(
                new Benchmark("nested-get", 1.05, CALLS, () -> c.nested_get_cached(outer, CALLS), this::get),
                new Benchmark("nested-get-naive", 0.2, CALLS, () -> c.nested_get_naive(outer, CALLS), this::get),
                new Benchmark("nested-get-view", 0.2, CALLS, () -> c.nested_get_naive(outer, CALLS), this::getView),
                new Benchmark("nested-get-all-8", 0.1, CALLS, () -> c.nested_get_naive(outer, CALLS), () -> getAll(8)),
                new Benchmark(
                        "nested-get-all-512", 0.03, CALLS, () -> c.nested_get_naive(outer, CALLS), () -> getAll(512)),
                new Benchmark("walk-batch", 1.05, ENTRIES, () -> c.walk_batch(outer), this::walk),
                new Benchmark("walk-naive", 0.1, ENTRIES, () -> c.walk_naive(outer), this::walk),
                new Benchmark("walk-entries", 0.35, ENTRIES, () -> c.walk_batch(outer), this::walkEntries),
                new Benchmark("walk-entries-view", 0.35, ENTRIES, () -> c.walk_batch(outer), this::walkEntriesInView),
                new Benchmark("walk-entries-naive", 0.06, ENTRIES, () -> c.walk_naive(outer), this::walkEntries));
    }

    private long get() {
        long sum = 0;
        for (long i = 0; i < CALLS; i++) {
            TenantFlow flow = bpf.tenant().get(i & TENANT_MASK, Suite.key((i >> TENANT_BITS) & KEY_MASK));
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

    private long getAll(int atATime) {
        long sum = 0;
        List<NestedKey<Long, FlowKey>> keys = new ArrayList<>();
        for (long i = 0; i < CALLS; i += atATime) {
            keys.clear();
            for (long j = i; j < i + atATime; j++) {
                keys.add(new NestedKey<>(j & TENANT_MASK, Suite.key((j >> TENANT_BITS) & KEY_MASK)));
            }
            Map<NestedKey<Long, FlowKey>, TenantFlow> flows = bpf.tenant().getAll(keys);
            if (flows.size() != atATime) {
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
}
