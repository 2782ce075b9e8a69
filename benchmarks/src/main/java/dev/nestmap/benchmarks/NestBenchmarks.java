/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Benchmarked.TenantFlow;
import java.util.List;

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

    NestBenchmarks(CLoops c, BenchmarkedBpf bpf, long outer) {
        this.c = c;
        this.bpf = bpf;
        this.outer = outer;
    }

    List<Benchmark> all() {
        return List.of(
                new Benchmark("nested-get", 1.05, CALLS, () -> c.nested_get_cached(outer, CALLS), this::get),
                new Benchmark("nested-get-naive", 0.2, CALLS, () -> c.nested_get_naive(outer, CALLS), this::get),
                new Benchmark("walk-batch", 0.35, ENTRIES, () -> c.walk_batch(outer), this::walk),
                new Benchmark("walk-naive", 0.1, ENTRIES, () -> c.walk_naive(outer), this::walk));
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

    private long walk() {
        long[] sum = {0};
        bpf.tenant().forEach((tenant, flows) -> flows.forEach(flow -> sum[0] += flow.packets()));
        return sum[0];
    }
}
