/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Hashes.Fixed;
import dev.nestmap.benchmarks.Hashes.Flow;
import dev.nestmap.benchmarks.Hashes.Growing;
import dev.nestmap.benchmarks.HashesBpf.GrowingMap;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.OwnedMaps;
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
 * Compares a nest of RHASH maps with one of HASH maps: the kernel's memory, and the time to rotate and read them. {@code bin/bench --hashes
 * [N]} runs it. Checks every count.
 */
public final class HashComparison {
    private static final int ENTRIES = 10;
    private static final int BYTES_OF_PACKET = 100;

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
        System.out.printf(
                Locale.ROOT, "%,d inner maps of %,d entries, of which %d are used%n%n", count, Hashes.SIZE, ENTRIES);
        System.out.println(
                "| type | memory of one map, KiB | create and fill one, CPU µs | rotate and read one, CPU µs |");
        System.out.println("| --- | --- | --- | --- |");
        try (HashesBpf bpf = HashesBpf.load();
                GrowingMap.Owned one = bpf.growingOf().detached()) {
            if (one.type().equals("RHASH")) {
                measure(
                        "RHASH",
                        keys -> bpf.growingOf().createAll(keys, (tenant, map) -> map.putAll(growing(tenant))),
                        keys -> rotate(bpf.growingOf(), keys, Growing::packets));
            } else {
                System.out.println("| RHASH | this kernel has none | | |");
            }
        }
        // The maps of the first object are gone, and so is their memory.
        try (HashesBpf bpf = HashesBpf.load()) {
            measure(
                    "HASH with NO_PREALLOC",
                    keys -> bpf.fixedOf().createAll(keys, (tenant, map) -> map.putAll(fixed(tenant))),
                    keys -> rotate(bpf.fixedOf(), keys, Fixed::packets));
        }
    }

    private void measure(String type, Consumer<List<Long>> create, ToLongFunction<List<Long>> rotate) throws Exception {
        long before = availableKib();
        long start = ManyInnerMaps.cpuNanos();
        eachStep(from -> create.accept(ManyInnerMaps.keys(from, ManyInnerMaps.STEP)));
        long created = ManyInnerMaps.cpuNanos() - start;
        long kib = before - availableKib();
        long[] sum = {0};
        start = ManyInnerMaps.cpuNanos();
        eachStep(from -> sum[0] += rotate.applyAsLong(ManyInnerMaps.keys(from, ManyInnerMaps.STEP)));
        long rotated = ManyInnerMaps.cpuNanos() - start;
        long expected = (long) ENTRIES * count * (count - 1) / 2;
        if (sum[0] != expected) {
            throw new IllegalStateException("read " + sum[0] + " packets instead of " + expected);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.0f | %.0f |%n",
                type,
                (double) kib / count,
                (double) created / ManyInnerMaps.NANOS_PER_MICRO / count,
                (double) rotated / ManyInnerMaps.NANOS_PER_MICRO / count);
    }

    private void eachStep(LongConsumer step) {
        for (int from = 0; from < count; from += ManyInnerMaps.STEP) {
            step.accept(from);
        }
    }

    private static <E, O extends ReadableAccessor<?, E> & OwnedMap> long rotate(
            OuterAccessor<Long, ?, O> outer, List<Long> keys, ToLongFunction<E> packets) {
        long[] sum = {0};
        try (OwnedMaps<Long, O> old = outer.rotateAll(keys)) {
            old.forEach((tenant, map) -> map.forEach(entry -> sum[0] += packets.applyAsLong(entry)));
        }
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
