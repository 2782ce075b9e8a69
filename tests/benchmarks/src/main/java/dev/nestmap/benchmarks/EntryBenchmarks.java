/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.BARE;
import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.FAST_GO;
import static dev.nestmap.benchmarks.Rival.GO;
import static dev.nestmap.benchmarks.Rival.NAIVE_C;

import dev.nestmap.benchmarks.Benchmarked.Counter;
import dev.nestmap.benchmarks.Benchmarked.Flow;
import dev.nestmap.benchmarks.Benchmarked.FlowKey;
import dev.nestmap.benchmarks.BenchmarkedBpf.FlowMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations on the entries of a plain map. */
final class EntryBenchmarks {
    private static final int CALLS = 4096;
    private static final long KEY_MASK = 4095;
    private static final int MANY_KEYS = 512;
    private static final int PUT_ENTRIES = 16_384;

    /** How much longer than C a single operation may take, in nanoseconds: the sum of its parts in docs/internals/decisions/speed.md. */
    private static final double LONGER = 60;

    private final CLoops c;
    private final GoPeer go;
    private final BenchmarkedBpf bpf;
    private final long hash;
    private final long array;
    private final FlowMap.View view = new FlowMap.View();
    private final List<Flow> entries =
            LongStream.range(0, PUT_ENTRIES).mapToObj(Suite::flow).toList();
    /** Entries that no other benchmark uses. */
    private final List<Flow> removed = LongStream.range(Suite.FLOWS, Suite.FLOWS + PUT_ENTRIES)
            .mapToObj(Suite::flow)
            .toList();

    private final List<FlowKey> removedKeys = removed.stream().map(Flow::key).toList();

    EntryBenchmarks(CLoops c, GoPeer go, BenchmarkedBpf bpf, long hash, long array) {
        this.c = c;
        this.go = go;
        this.bpf = bpf;
        this.hash = hash;
        this.array = array;
    }

    List<Benchmark> all() {
        return List.of(
                new Benchmark("get-hash", CALLS, this::getHash)
                        .againstPlus(C, LONGER, () -> c.get_hash(hash, CALLS))
                        .against(BARE, 1.08, () -> BareCalls.getHash(hash, CALLS))
                        .against(GO, go, "get_hash")
                        .against(FAST_GO, go, "get_hash_unsafe"),
                new Benchmark("get-view", CALLS, this::getView)
                        .againstPlus(C, LONGER, () -> c.get_hash(hash, CALLS))
                        .against(BARE, 1.03, () -> BareCalls.getHash(hash, CALLS))
                        .against(FAST_GO, go, "get_hash_unsafe"),
                new Benchmark("get-array", CALLS, this::getArray)
                        .againstPlus(C, LONGER, () -> c.get_array(array, CALLS))
                        .against(BARE, 1.06, () -> BareCalls.getArray(array, CALLS))
                        .against(FAST_GO, go, "get_array_unsafe"),
                new Benchmark("get-all-8", CALLS, () -> getAll(8))
                        .against(C, 0.3, () -> c.get_hash(hash, CALLS))
                        .against(FAST_GO, go, "get_hash_unsafe"),
                new Benchmark("get-all-512", CALLS, () -> getAll(MANY_KEYS))
                        .against(C, 0.15, () -> c.get_hash(hash, CALLS))
                        .against(FAST_GO, go, "get_hash_unsafe"),
                new Benchmark("get-all-512-view", CALLS, () -> getAllInView(MANY_KEYS))
                        .against(C, 0.12, () -> c.get_hash(hash, CALLS)),
                new Benchmark("put", CALLS, this::put)
                        .againstPlus(C, LONGER, () -> c.put(hash, CALLS))
                        .against(BARE, 1.06, () -> BareCalls.put(hash, CALLS))
                        .against(GO, go, "put")
                        .against(FAST_GO, go, "put_unsafe"),
                new Benchmark("remove-insert", CALLS, this::removeAndInsert)
                        .againstPlus(C, 2 * LONGER, () -> c.remove_insert(hash, CALLS))
                        .against(FAST_GO, go, "remove_insert_unsafe"),
                new Benchmark("put-all", PUT_ENTRIES, this::putAll)
                        .against(C, 0.65, () -> c.put_all(hash))
                        .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.put(hash, PUT_ENTRIES))
                        .against(FAST_GO, go, "put_all"),
                new Benchmark("remove-all", PUT_ENTRIES, this::removeAll)
                        .preparedBy(() -> bpf.flow().putAll(removed))
                        .against(C, 0.75, () -> c.remove_all(hash, Suite.FLOWS)),
                new Benchmark("scan", Suite.FLOWS, this::scan)
                        .against(C, 1.1, () -> c.scan_batch(hash))
                        .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.scan_next_key(hash))
                        .against(GO, go, "scan_next_key")
                        .against(FAST_GO, go, "scan_batch"),
                new Benchmark("scan-view", Suite.FLOWS, this::scanView)
                        .against(C, 1.05, () -> c.scan_batch(hash))
                        .against(FAST_GO, go, "scan_batch"));
    }

    private long getHash() {
        long sum = 0;
        for (long i = 0; i < CALLS; i++) {
            Flow flow = bpf.flow().get(Suite.key(i & KEY_MASK));
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
            if (!bpf.flow().get(Suite.key(i & KEY_MASK), view)) {
                return -1;
            }
            sum += view.packets() + view.bytes();
        }
        return sum;
    }

    private long getAll(int atATime) {
        long sum = 0;
        for (long i = 0; i < CALLS; i += atATime) {
            List<FlowKey> keys = keys(i, atATime);
            Map<FlowKey, Flow> flows = bpf.flow().getAll(keys);
            if (flows.size() != atATime) {
                return -1;
            }
            for (Flow flow : flows.values()) {
                sum += flow.packets() + flow.bytes();
            }
        }
        return sum;
    }

    private long getAllInView(int atATime) {
        long[] sum = {0};
        for (long i = 0; i < CALLS; i += atATime) {
            bpf.flow().getAll(keys(i, atATime), view, flow -> sum[0] += flow.packets() + flow.bytes());
        }
        return sum[0];
    }

    private static List<FlowKey> keys(long from, int count) {
        List<FlowKey> keys = new ArrayList<>(count);
        for (long i = from; i < from + count; i++) {
            keys.add(Suite.key(i & KEY_MASK));
        }
        return keys;
    }

    private long getArray() {
        long sum = 0;
        for (long i = 0; i < CALLS; i++) {
            Counter counter = bpf.counter().get(i & KEY_MASK);
            if (counter == null) {
                return -1;
            }
            sum += counter.packets() + counter.bytes();
        }
        return sum;
    }

    private long put() {
        for (long i = 0; i < CALLS; i++) {
            bpf.flow().put(Suite.flow(i & KEY_MASK));
        }
        return CALLS;
    }

    private long removeAndInsert() {
        for (long i = 0; i < CALLS; i++) {
            Flow flow = Suite.flow(i & KEY_MASK);
            if (!bpf.flow().remove(flow.key()) || !bpf.flow().putIfAbsent(flow)) {
                return -1;
            }
        }
        return CALLS;
    }

    private long putAll() {
        bpf.flow().putAll(entries);
        return PUT_ENTRIES;
    }

    private long removeAll() {
        return bpf.flow().removeAll(removedKeys).size();
    }

    private long scanView() {
        long[] sum = {0};
        bpf.flow().forEach(view, flow -> sum[0] += flow.packets());
        return sum[0];
    }

    private long scan() {
        long[] sum = {0};
        bpf.flow().forEach(flow -> sum[0] += flow.packets());
        return sum[0];
    }
}
