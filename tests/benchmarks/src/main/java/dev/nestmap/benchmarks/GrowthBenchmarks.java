/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.NAIVE_C;

import dev.nestmap.benchmarks.Grown.FlowKey;
import dev.nestmap.benchmarks.GrownBpf.TenantFlowMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Benchmarks on maps of growing sizes, and on new inner maps. Only the fork that measures one of them loads its maps. */
final class GrowthBenchmarks implements AutoCloseable {
    private static final List<Integer> ENTRIES = List.of(100, 1_000, 10_000, 100_000, 1_000_000);
    private static final List<Integer> INNER_MAPS = List.of(10, 100, 1_000, 10_000, 200_000);
    private static final int ENTRIES_OF_AN_INNER_MAP = 4;

    /** With more inner maps, C could not keep their descriptors beside those that Nestmap keeps. */
    private static final int MOST_KEPT_BY_C = 1_000;

    private static final int CALLS = 16_384;
    private static final int STEP = 1_000;
    private static final int NEW_ONE_BY_ONE = 8;
    private static final int NEW_AT_ONCE = 1_000;
    private static final int THREADS = 64;

    /** Inner maps that are rotated at once, and how many entries each can have. */
    private static final int ROTATED = 1_000;

    private static final int ENTRIES_OF_A_ROTATED_MAP = 4_096;

    /** A linear congruential generator, as in {@code loops.c}. */
    private static final long MULTIPLIER = 6364136223846793005L;

    private static final long INCREMENT = 1442695040888963407L;
    private static final int SHIFT = 33;

    private final CLoops c;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TenantFlowMap.View view = new TenantFlowMap.View();
    private @Nullable GrownBpf loaded;
    private long hash;
    private long outer;

    GrowthBenchmarks(CLoops c) {
        this.c = c;
    }

    List<Benchmark> all() {
        List<Benchmark> all = new ArrayList<>();
        ENTRIES.forEach(entries -> all.add(new Benchmark("get-of-" + entries, CALLS, () -> get(entries))
                .filledBy(() -> fillEntries(entries))
                .againstPlus(C, EntryBenchmarks.LONGER, () -> c.get_among(hash, CALLS, entries))));
        ENTRIES.forEach(entries -> all.add(new Benchmark("scan-of-" + entries, entries, this::scan)
                .filledBy(() -> fillEntries(entries))
                .against(C, 1.15, () -> c.scan_batch(hash))
                .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.scan_next_key(hash))));
        INNER_MAPS.forEach(maps -> all.add(nestedGet(maps)));
        INNER_MAPS.forEach(maps -> all.add(walk(maps)));
        all.add(create("create", NEW_ONE_BY_ONE, this::createOneByOne)
                .against(C, 1.05, () -> c.create_one_by_one(outer, NEW_ONE_BY_ONE, ENTRIES_OF_AN_INNER_MAP)));
        all.add(create("create-all", NEW_AT_ONCE, this::createAll)
                .against(C, 1.15, () -> c.create_all(outer, NEW_AT_ONCE, ENTRIES_OF_AN_INNER_MAP)));
        all.add(create("create-by-threads", THREADS, this::createByThreads)
                .against(C, 2, () -> c.create_all(outer, THREADS, ENTRIES_OF_AN_INNER_MAP))
                .against(NAIVE_C, 0.1, () -> c.create_one_by_one(outer, THREADS, ENTRIES_OF_AN_INNER_MAP)));
        all.add(rotate("rotate-drain-10", 10, 2.5, false)
                .against(NAIVE_C, 0.2, () -> c.rotate_drain(ENTRIES_OF_A_ROTATED_MAP)));
        all.add(rotate("rotate-drain-200", 200, 1.5, false)
                .against(NAIVE_C, 0.5, () -> c.rotate_drain(ENTRIES_OF_A_ROTATED_MAP)));
        all.add(rotate("rotate-drain-10-cold", 10, 2.5, true));
        all.add(rotate("rotate-drain-200-cold", 200, 1.5, true));
        return all;
    }

    /**
     * @param used the number of entries in each inner map
     * @param isCold whether to empty the TLB for each inner map
     */
    private Benchmark rotate(String name, int used, double reach, boolean isCold) {
        return new Benchmark(name, ROTATED, () -> rotateAndDrain(isCold))
                .onTheClock()
                .filledBy(this::loadRotated)
                .preparedBy(() -> fillRotated(used))
                .against(C, reach, () -> c.rotate_recycle(isCold ? 1 : 0));
    }

    private void loadRotated() {
        load(1, ROTATED);
        bpf().tenant().discardAll();
        for (long tenant = 0; tenant < ROTATED; tenant++) {
            bpf().tenant().create(tenant, ENTRIES_OF_A_ROTATED_MAP);
        }
        if (c.rotate_open(ROTATED, ENTRIES_OF_A_ROTATED_MAP) != ROTATED) {
            throw new IllegalStateException("C can't create the inner maps");
        }
    }

    private void fillRotated(int used) {
        bpf().tenant()
                .forEach((tenant, flows) -> flows.putAll(LongStream.range(0, used)
                        .mapToObj(i -> new Grown.TenantFlow(key(i), i, 1))
                        .toList()));
        c.rotate_fill(used);
    }

    private long rotateAndDrain(boolean isCold) {
        long[] sum = {0};
        bpf().tenant().drainAll(keys(0, ROTATED), drained -> {
            if (isCold) {
                c.chill();
            }
            drained.map().getAndRemoveAll(view, flow -> sum[0] += flow.packets());
        });
        return sum[0];
    }

    private Benchmark nestedGet(int maps) {
        Benchmark benchmark = new Benchmark("nested-get-of-" + maps, CALLS, () -> nestedGetAmong(maps))
                .filledBy(() -> fillInnerMaps(maps))
                .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.nested_get_among(outer, CALLS, maps, 0));
        return maps > MOST_KEPT_BY_C
                ? benchmark
                : benchmark.against(C, 1.05, () -> c.nested_get_among(outer, CALLS, maps, 1));
    }

    private Benchmark walk(int maps) {
        Benchmark benchmark = new Benchmark(
                        "walk-entries-of-" + maps, maps * ENTRIES_OF_AN_INNER_MAP, this::walkEntries)
                .filledBy(() -> fillInnerMaps(maps))
                .against(NAIVE_C, Benchmark.NAIVE_REACH, () -> c.walk_naive(outer));
        return maps > MOST_KEPT_BY_C ? benchmark : benchmark.against(C, 0.5, () -> c.walk_batch(outer, 0));
    }

    private Benchmark create(String name, int maps, LongSupplier nestmap) {
        return new Benchmark(name, maps, nestmap)
                .onTheClock()
                .filledBy(() -> load(1, 2 * NEW_AT_ONCE))
                .preparedBy(() -> bpf().tenant().discardAll(keys(0, maps)));
    }

    private void load(int entries, int innerMaps) {
        unload();
        GrownBpf bpf = GrownBpf.load(new GrownBpf.Sizes().flow(entries).tenant(innerMaps));
        loaded = bpf;
        hash = c.open_map(bpf.flow().id());
        outer = c.open_map(bpf.tenant().id());
    }

    private GrownBpf bpf() {
        if (loaded == null) {
            throw new IllegalStateException("the maps are not loaded");
        }
        return loaded;
    }

    private void fillEntries(int entries) {
        load(entries, 1);
        for (int from = 0; from < entries; from += STEP) {
            bpf().flow()
                    .putAll(LongStream.range(from, Math.min(from + STEP, entries))
                            .mapToObj(i -> new Grown.Flow(key(i), i, 1))
                            .toList());
        }
    }

    private void fillInnerMaps(int maps) {
        load(1, maps);
        for (int from = 0; from < maps; from += STEP) {
            bpf().tenant().createAll(keys(from, Math.min(STEP, maps - from)), (tenant, flows) -> {
                for (int i = 0; i < ENTRIES_OF_AN_INNER_MAP; i++) {
                    flows.put(new Grown.TenantFlow(key(i), tenant, i));
                }
            });
        }
    }

    private long get(int entries) {
        long sum = 0;
        long state = 1;
        for (int i = 0; i < CALLS; i++) {
            state = state * MULTIPLIER + INCREMENT;
            Grown.Flow flow = bpf().flow().get(key((state >>> SHIFT) % entries));
            if (flow == null) {
                return -1;
            }
            sum += flow.packets() + flow.bytes();
        }
        return sum;
    }

    private long scan() {
        long[] sum = {0};
        bpf().flow().forEach(flow -> sum[0] += flow.packets());
        return sum[0];
    }

    private long nestedGetAmong(int maps) {
        long sum = 0;
        long state = 1;
        for (int i = 0; i < CALLS; i++) {
            state = state * MULTIPLIER + INCREMENT;
            FlowKey key = key(i % ENTRIES_OF_AN_INNER_MAP);
            Grown.TenantFlow flow = bpf().tenant().get((state >>> SHIFT) % maps, key);
            if (flow == null) {
                return -1;
            }
            sum += flow.packets() + flow.bytes();
        }
        return sum;
    }

    private long walkEntries() {
        long[] sum = {0};
        bpf().tenant().forEachEntry((tenant, flow) -> sum[0] += flow.packets());
        return sum[0];
    }

    private long createOneByOne() {
        for (long tenant = 0; tenant < NEW_ONE_BY_ONE; tenant++) {
            bpf().tenant().create(tenant);
        }
        return NEW_ONE_BY_ONE;
    }

    private long createAll() {
        return bpf().tenant().createAll(keys(0, NEW_AT_ONCE)).size();
    }

    private long createByThreads() {
        List<Future<?>> creations = new ArrayList<>();
        for (long i = 0; i < THREADS; i++) {
            long tenant = i;
            creations.add(threads.submit(() -> bpf().tenant().create(tenant)));
        }
        for (Future<?> creation : creations) {
            try {
                creation.get();
            } catch (Exception e) {
                throw new IllegalStateException("an inner map could not be created", e);
            }
        }
        return THREADS;
    }

    /** The key with this number. {@code key_of} in C makes the same. */
    private static FlowKey key(long number) {
        return new FlowKey(number, number & 0xffff, 443, 17);
    }

    private static List<Long> keys(long from, int number) {
        return LongStream.range(from, from + number).boxed().toList();
    }

    private void unload() {
        if (loaded != null) {
            c.close_map(hash);
            c.close_map(outer);
            c.rotate_close();
            loaded.close();
            loaded = null;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        unload();
    }
}
