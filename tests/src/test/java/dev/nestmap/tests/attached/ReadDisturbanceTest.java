/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.schema.MapKind;
import dev.nestmap.tests.attached.Attached.Opened;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each call of a kprobe is counted or skipped while another thread on the same CPU reads a map, for each way of reading. The lines that the
 * test prints are the table of docs/internals/measurements/reading.md. {@code -Dtest.millis} is the duration of a measurement. A kernel
 * that does not preempt threads in the kernel skips none.
 */
@KernelTest
@Timeout(600)
class ReadDisturbanceTest {
    private static final long MILLIS = Long.getLong("test.millis", 300);
    private static final int CPU = 0;
    private static final int MAX_ENTRIES = 4_096;
    private static final int VALUE_AT = Long.BYTES;
    private static final int SLOT = 1;

    /** Ways to read a map. */
    enum Way {
        BATCHES,
        ENTRY_BY_ENTRY;

        private int read(RawMap map) {
            int entries = 0;
            if (this == BATCHES) {
                for (BatchScan scan = new BatchScan(map); scan.next(); ) {
                    entries += scan.batch().count();
                }
                return entries;
            }
            OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
            for (int keyAt = -1; map.nextKey(entry, keyAt, 0) == 0; keyAt = 0) {
                entries += map.lookup(entry, 0, VALUE_AT) == 0 ? 1 : 0;
            }
            return entries;
        }
    }

    /**
     * What the reader did.
     *
     * @param reads complete reads of the map
     * @param cpuNanos its CPU time
     */
    private record Reads(long reads, long cpuNanos) {}

    /** An RHASH is read as a whole, whatever the way. */
    static Stream<Arguments> ways() {
        return Stream.of(
                        Arguments.of(Way.BATCHES, MapKind.HASH),
                        Arguments.of(Way.ENTRY_BY_ENTRY, MapKind.HASH),
                        Arguments.of(Way.BATCHES, MapKind.RHASH))
                .map(Arguments::get)
                .flatMap(
                        way -> IntStream.of(10, 200, 4_000).mapToObj(entries -> Arguments.of(way[0], way[1], entries)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void eachCallIsCountedOrSkipped(Way way, MapKind kind, int entries) throws Exception {
        KernelAssumptions.assume(kind);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (AttachedBpf bpf = CallHook.KPROBE.attach();
                RawMap map = map(kind, entries)) {
            bpf.openedBy().create(FileOpener.TENANT);
            bpf.openedAt().create(SLOT);
            Future<Reads> reader = thread.submit(() -> readUntil(over, way, map, entries));
            long end = System.nanoTime() + Duration.ofMillis(MILLIS).toNanos();
            OneCpu pinned = OneCpu.pin(CPU);
            long calls = CallHook.call(bpf, () -> System.nanoTime() < end);
            pinned.close();
            over.set(true);
            Reads reads = reader.get();
            long skipped = bpf.program("open").statistics().recursionMisses();
            long counted = 0;
            try (DrainedMap<AttachedBpf.OpenedMap> drainedTicket =
                    DrainedMap.of(Objects.requireNonNull(bpf.openedBy().rotate(FileOpener.TENANT)))) {
                AttachedBpf.OpenedMap drained = drainedTicket.map();
                for (Opened opened : drained) {
                    counted += opened.files();
                }
            }
            System.out.printf(
                    "%s, %s, %,d entries: %.1f %% of %,d calls skipped, %,.1f in each of %,d reads, which took %,.0f µs of CPU time%n",
                    kind,
                    way,
                    entries,
                    100.0 * skipped / Math.max(1, calls),
                    calls,
                    (double) skipped / reads.reads(),
                    reads.reads(),
                    reads.cpuNanos() / 1e3 / reads.reads());

            assertThat(counted + skipped).isEqualTo(calls);
        } finally {
            over.set(true);
            thread.shutdown();
        }
    }

    private static Reads readUntil(AtomicBoolean over, Way way, RawMap map, int entries) {
        OneCpu pinned = OneCpu.pin(CPU);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long reads = 0;
        do {
            if (way.read(map) != entries) {
                throw new IllegalStateException("a read missed entries");
            }
            reads++;
        } while (!over.get());
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        pinned.close();
        return new Reads(reads, cpu);
    }

    private static RawMap map(MapKind kind, int entries) {
        RawMap map = new KernelMapFactory()
                .create(new MapShape("read", kind, 8, 8, MAX_ENTRIES, kind.requiredFlags()), null);
        OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
        for (long key = 0; key < entries; key++) {
            entry.bytes().putLong(0, key);
            assertThat(map.update(entry, 0, VALUE_AT, RawMap.NOEXIST)).isZero();
        }
        return map;
    }
}
