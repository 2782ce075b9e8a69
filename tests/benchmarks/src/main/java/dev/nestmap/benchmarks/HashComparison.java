/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.benchmarks.Hashes.Fixed;
import dev.nestmap.benchmarks.Hashes.Flow;
import dev.nestmap.benchmarks.Hashes.Growing;
import dev.nestmap.benchmarks.HashesBpf.FixedMap;
import dev.nestmap.benchmarks.HashesBpf.GrowingMap;
import dev.nestmap.runtime.OwnedMaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Compares a nest of RHASH maps with one of HASH maps: the kernel's memory, and the time to rotate and read them. {@code bin/bench --hashes [N]}
 * runs it. Checks every count.
 */
public final class HashComparison {
    /** The number of inner maps that a call creates or rotates. */
    private static final int STEP = 1_000;

    private static final int ENTRIES = 10;
    private static final int BYTES_OF_PACKET = 100;
    private static final int NANOS_PER_MICRO = 1_000;

    /** How long the kernel may take to free maps, in milliseconds. */
    private static final int SETTLING = 2_000;

    private final int count;

    private HashComparison(int count) {
        this.count = count;
    }

    /**
     * Prints the conditions, and a row for each type.
     *
     * @param arguments the number of inner maps of each type, a multiple of 1000
     * @throws Exception if a step fails
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println(Conditions.text());
        check(Integer.parseInt(arguments[0]));
    }

    /** Compares nests with this number of inner maps, a multiple of 1000. Throws if a count is wrong. */
    static void check(int count) throws Exception {
        new HashComparison(count).run();
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
                        keys -> rotateGrowing(bpf, keys));
            } else {
                System.out.println("| RHASH | this kernel has none | | |");
            }
        }
        // The maps of the first object are gone, and so is their memory.
        try (HashesBpf bpf = HashesBpf.load()) {
            measure(
                    "HASH with NO_PREALLOC",
                    keys -> bpf.fixedOf().createAll(keys, (tenant, map) -> map.putAll(fixed(tenant))),
                    keys -> rotateFixed(bpf, keys));
        }
    }

    private interface Change {
        void run(List<Long> keys);
    }

    private void measure(String type, Change create, ToLongFunction<List<Long>> rotate) throws Exception {
        long before = availableKib();
        long start = ManyInnerMaps.cpuNanos();
        eachStep(from -> create.run(ManyInnerMaps.keys(from, STEP)));
        long created = ManyInnerMaps.cpuNanos() - start;
        long kib = before - availableKib();
        long[] sum = {0};
        start = ManyInnerMaps.cpuNanos();
        eachStep(from -> sum[0] += rotate.applyAsLong(ManyInnerMaps.keys(from, STEP)));
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
                (double) created / NANOS_PER_MICRO / count,
                (double) rotated / NANOS_PER_MICRO / count);
    }

    private void eachStep(LongConsumer step) {
        for (int from = 0; from < count; from += STEP) {
            step.accept(from);
        }
    }

    private static long rotateGrowing(HashesBpf bpf, List<Long> keys) {
        long[] sum = {0};
        try (OwnedMaps<Long, GrowingMap.Owned> old = bpf.growingOf().rotateAll(keys)) {
            old.forEach((tenant, map) -> map.forEach(entry -> sum[0] += entry.packets()));
        }
        return sum[0];
    }

    private static long rotateFixed(HashesBpf bpf, List<Long> keys) {
        long[] sum = {0};
        try (OwnedMaps<Long, FixedMap.Owned> old = bpf.fixedOf().rotateAll(keys)) {
            old.forEach((tenant, map) -> map.forEach(entry -> sum[0] += entry.packets()));
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
    private static long availableKib() throws IOException, InterruptedException {
        Thread.sleep(SETTLING);
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
