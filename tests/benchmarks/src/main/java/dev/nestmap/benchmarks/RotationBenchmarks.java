/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import static dev.nestmap.benchmarks.Rival.C;
import static dev.nestmap.benchmarks.Rival.NAIVE_C;

import dev.nestmap.benchmarks.Benchmarked.RotatedFlow;
import dev.nestmap.benchmarks.BenchmarkedBpf.RotatedFlowMap;
import java.util.List;
import java.util.stream.LongStream;

/** Rotations and drains of many inner maps at once. Only the fork that measures one of them creates the maps. */
final class RotationBenchmarks implements AutoCloseable {
    private static final int MAPS = 1_000;

    /** The room of each inner map. */
    private static final int ENTRIES = 4_096;

    private static final List<Long> KEYS = LongStream.range(0, MAPS).boxed().toList();

    private final CLoops c;
    private final BenchmarkedBpf bpf;
    private final RotatedFlowMap.View view = new RotatedFlowMap.View();

    RotationBenchmarks(CLoops c, BenchmarkedBpf bpf) {
        this.c = c;
        this.bpf = bpf;
    }

    List<Benchmark> all() {
        return List.of(rotate("rotate-drain-10", 10, 2.5, 0.2), rotate("rotate-drain-200", 200, 1.5, 0.5));
    }

    /** @param used the number of entries in each inner map */
    private Benchmark rotate(String name, int used, double reach, double naiveReach) {
        return new Benchmark(name, MAPS, this::rotateAndDrain)
                .onTheClock()
                .filledBy(this::create)
                .preparedBy(() -> fill(used))
                .against(C, reach, c::rotate_recycle)
                .against(NAIVE_C, naiveReach, () -> c.rotate_drain(ENTRIES));
    }

    private void create() {
        close();
        bpf.rotated().discardAll();
        bpf.rotated().createAll(KEYS);
        if (c.rotate_open(MAPS, ENTRIES) != MAPS) {
            throw new IllegalStateException("C can't create the inner maps");
        }
    }

    private void fill(int used) {
        bpf.rotated()
                .forEach((id, flows) -> flows.putAll(LongStream.range(0, used)
                        .mapToObj(i -> new RotatedFlow(Suite.key(i), i, 1))
                        .toList()));
        c.rotate_fill(used);
    }

    private long rotateAndDrain() {
        long[] sum = {0};
        bpf.rotated().drainAll(KEYS, drained -> drained.map().getAndRemoveAll(view, flow -> sum[0] += flow.packets()));
        return sum[0];
    }

    @Override
    public void close() {
        c.rotate_close();
    }
}
