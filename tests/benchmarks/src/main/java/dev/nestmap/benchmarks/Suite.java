/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Benchmarked.Flow;
import dev.nestmap.benchmarks.Benchmarked.FlowKey;
import dev.nestmap.runtime.MapAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The loaded maps, and the benchmarks on them. */
final class Suite implements AutoCloseable {
    /** Flows in the large hash map. */
    static final int FLOWS = 100_000;

    private static final int TENANTS = 1000;
    private static final int FLOWS_OF_A_TENANT = 100;

    private final CLoops c = CLoops.compile();
    private final BenchmarkedBpf bpf = BenchmarkedBpf.load();
    private final List<Benchmark> benchmarks = new ArrayList<>();
    private boolean isFull;
    private final List<Runnable> closings = new ArrayList<>(List.of(bpf::close));

    /** Loads the maps. */
    Suite() {
        try {
            long hash = descriptor(bpf.flow());
            long array = descriptor(bpf.counter());
            GoPeer go = GoPeer.start(
                    bpf.flow().id(),
                    bpf.counter().id(),
                    bpf.tenant().id(),
                    bpf.event().id());
            closings.add(0, go::close);
            add(new EntryBenchmarks(c, go, bpf, hash, array).all());
            add(new NestBenchmarks(c, go, bpf, descriptor(bpf.tenant())).all());
            closings.add(0, c::close_cached);
            EventBenchmarks events = new EventBenchmarks(c, go, bpf, descriptor(bpf.event()));
            closings.add(0, events::close);
            add(events.all());
            RotationBenchmarks rotations = new RotationBenchmarks(c, bpf);
            closings.add(0, rotations::close);
            benchmarks.addAll(rotations.all());
        } catch (RuntimeException e) {
            try {
                close();
            } catch (RuntimeException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    /** Adds benchmarks on the maps of this suite. */
    private void add(List<Benchmark> all) {
        all.forEach(benchmark -> benchmarks.add(benchmark.filledBy(this::fill)));
    }

    /** Fills the maps, if they are not yet full. */
    private void fill() {
        if (isFull) {
            return;
        }
        isFull = true;
        bpf.flow().putAll(LongStream.range(0, FLOWS).mapToObj(Suite::flow).toList());
        for (int i = 0; i < bpf.counter().maxEntries(); i++) {
            bpf.counter().put(new Benchmarked.Counter(i, i, 1));
        }
        List<Long> tenants = LongStream.range(0, TENANTS).boxed().toList();
        bpf.tenant().createAll(tenants).forEach((tenant, flows) -> {
            flows.putAll(LongStream.range(0, FLOWS_OF_A_TENANT)
                    .mapToObj(i -> new Benchmarked.TenantFlow(key(i), tenant, i))
                    .toList());
        });
        bpf.customer().create(0).put(new Benchmarked.Sender(0, 0, 0));
    }

    /** The benchmarks, in the order of the results. */
    List<Benchmark> benchmarks() {
        return benchmarks;
    }

    /** The benchmark with this name. */
    Benchmark benchmark(String name) {
        return benchmarks.stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no benchmark " + name));
    }

    /** The key with this number. {@code key_of} in C makes the same. */
    static FlowKey key(long number) {
        return new FlowKey(number, number & 0xffff, 443, 17);
    }

    /** The flow with this number. */
    static Flow flow(long number) {
        return new Flow(key(number), number, 1);
    }

    /** Opens a file descriptor for C. */
    private long descriptor(MapAccessor map) {
        long fd = c.open_map(map.id());
        if (fd < 0) {
            throw new IllegalStateException("C can't open " + map + ": error " + -fd);
        }
        closings.add(0, () -> c.close_map(fd));
        return fd;
    }

    @Override
    public void close() {
        closings.forEach(Runnable::run);
    }
}
