/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Hashes.Fixed;
import dev.nestmap.benchmarks.Hashes.Flow;
import dev.nestmap.benchmarks.Hashes.Full;
import dev.nestmap.benchmarks.Hashes.Growing;
import dev.nestmap.benchmarks.HashesBpf.GrowingMap;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Compares a nest of RHASH maps with nests of HASH maps: the kernel's memory, and the time to rotate and read them. {@code bin/bench
 * --hashes [N]} runs it. Checks every count. Each nest first creates and rotates maps that are not measured, so that the code is compiled.
 */
public final class HashComparison {
    private static final int ENTRIES = 10;
    private static final int BYTES_OF_PACKET = 100;

    /** Each preallocated map takes 0.4 MB. */
    private static final int MOST_PREALLOCATED = ManyInnerMaps.STEP;

    /** How long the kernel may take to free maps, in milliseconds. */
    private static final int SETTLING = 2_000;

    private final int count;
    private final int settling;

    private HashComparison(int count, int settling) {
        this.count = count;
        this.settling = settling;
    }

    /**
     * Prints the conditions, and a row for each type.
     *
     * @param arguments the number of inner maps of each type, a multiple of 1000
     * @throws Exception if a step fails
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println(Conditions.text());
        new HashComparison(Integer.parseInt(arguments[0]), SETTLING).run();
    }

    /** Compares nests with this number of inner maps, a multiple of 1000. Throws if a count is wrong. The memory is inexact. */
    static void check(int count) throws Exception {
        new HashComparison(count, 0).run();
    }

    private void run() throws Exception {
        System.out.printf(Locale.ROOT, "Inner maps of %,d entries, of which %d are used%n%n", Hashes.SIZE, ENTRIES);
        System.out.println(
                "| type | inner maps | memory of one, KiB | create and fill one, CPU µs | rotate and read one, CPU µs |");
        System.out.println("| --- | --- | --- | --- | --- |");
        try (HashesBpf bpf = HashesBpf.load();
                GrowingMap.Owned one = bpf.growingOf().detached()) {
            if (one.type().equals("RHASH")) {
                measure(
                        "RHASH",
                        count,
                        keys -> bpf.growingOf().createAll(keys, (tenant, map) -> map.putAll(growing(tenant))),
                        keys -> rotate(bpf.growingOf(), keys, Growing::packets));
            } else {
                System.out.println("| RHASH | this kernel has none | | | |");
            }
        }
        // The maps of the first object are gone, and so is their memory.
        try (HashesBpf bpf = HashesBpf.load()) {
            measure(
                    "HASH with NO_PREALLOC",
                    count,
                    keys -> bpf.fixedOf().createAll(keys, (tenant, map) -> map.putAll(fixed(tenant))),
                    keys -> rotate(bpf.fixedOf(), keys, Fixed::packets));
        }
        try (HashesBpf bpf = HashesBpf.load()) {
            measure(
                    "HASH",
                    Math.min(count, MOST_PREALLOCATED),
                    keys -> bpf.fullOf().createAll(keys, (tenant, map) -> map.putAll(full(tenant))),
                    keys -> rotate(bpf.fullOf(), keys, Full::packets));
        }
    }

    private void measure(String type, int maps, Consumer<List<Long>> create, ToLongFunction<List<Long>> rotate)
            throws Exception {
        List<Long> others = ManyInnerMaps.keys(maps, ManyInnerMaps.STEP);
        create.accept(others);
        long warmUp = rotate.applyAsLong(others);
        if (warmUp == 0) {
            throw new AssertionError("the maps have no entries");
        }
        long before = availableKib();
        long start = ManyInnerMaps.cpuNanos();
        eachStep(maps, from -> create.accept(ManyInnerMaps.keys(from, ManyInnerMaps.STEP)));
        long created = ManyInnerMaps.cpuNanos() - start;
        long kib = before - availableKib();
        long[] sum = {0};
        start = ManyInnerMaps.cpuNanos();
        eachStep(maps, from -> sum[0] += rotate.applyAsLong(ManyInnerMaps.keys(from, ManyInnerMaps.STEP)));
        long rotated = ManyInnerMaps.cpuNanos() - start;
        long expected = (long) ENTRIES * maps * (maps - 1) / 2;
        if (sum[0] != expected) {
            throw new IllegalStateException("read " + sum[0] + " packets instead of " + expected);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %.0f | %.0f |%n",
                type,
                maps,
                (double) kib / maps,
                (double) created / ManyInnerMaps.NANOS_PER_MICRO / maps,
                (double) rotated / ManyInnerMaps.NANOS_PER_MICRO / maps);
    }

    private static void eachStep(int maps, LongConsumer step) {
        for (int from = 0; from < maps; from += ManyInnerMaps.STEP) {
            step.accept(from);
        }
    }

    private static <E, M extends ReadableAccessor<?, E>> long rotate(
            OuterAccessor<Long, M, ?> outer, List<Long> keys, ToLongFunction<E> packets) {
        long[] sum = {0};
        outer.drainAll(keys, drained -> drained.map().forEach(entry -> sum[0] += packets.applyAsLong(entry)));
        return sum[0];
    }

    private static List<Growing> growing(long tenant) {
        return flows().mapToObj(i -> new Growing(new Flow(tenant, i), tenant, BYTES_OF_PACKET * tenant))
                .toList();
    }

    private static List<Fixed> fixed(long tenant) {
        return flows().mapToObj(i -> new Fixed(new Flow(tenant, i), tenant, BYTES_OF_PACKET * tenant))
                .toList();
    }

    private static List<Full> full(long tenant) {
        return flows().mapToObj(i -> new Full(new Flow(tenant, i), tenant, BYTES_OF_PACKET * tenant))
                .toList();
    }

    private static LongStream flows() {
        return LongStream.range(0, ENTRIES);
    }

    /** The memory that programs can get. {@code memlock} of a map leaves out the table of an RHASH. */
    private long availableKib() throws IOException, InterruptedException {
        Thread.sleep(settling);
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
