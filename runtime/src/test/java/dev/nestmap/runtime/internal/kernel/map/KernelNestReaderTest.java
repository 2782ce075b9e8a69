/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs that read inner maps stay inside their buffers, and read only maps that they read as a system call does. */
@KernelTest
class KernelNestReaderTest {
    private static final MapShape OUTER = new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 64, 0);
    private static final MapShape INNER = new MapShape("inner", MapKind.HASH, 4, 8, 64, 0);
    private static final QueryLayout LAYOUT = QueryLayout.of(OUTER, INNER, 8);
    private static final int MAPS = 20;

    private KernelMap outer;

    @BeforeEach
    void fill() {
        KernelMapFactory maps = new KernelMapFactory();
        RawMap prototype = maps.create(INNER, null);
        outer = KernelMap.of(maps.create(OUTER, prototype));
        prototype.close();
        for (int i = 0; i < MAPS; i++) {
            try (RawMap inner = maps.create(INNER, null)) {
                RawSlots.putEntry(inner, i, 100 + i);
                RawSlots.put(outer, i, inner);
            }
        }
    }

    @AfterEach
    void close() {
        outer.close();
    }

    /** The programs check every number that they read from a buffer, because any process with the map may write to it. */
    @Test
    void staysInsideItsBufferWhateverIsInIt() {
        int size = 4096;
        BulkProgram program = BulkProgram.load(outer, LAYOUT, size, 3);
        ByteBuffer bytes = program.memory.bytes();
        BulkProgram.Buffer middle = program.buffers.get(1);
        Random random = new Random(7);
        int[] hostile = {0, 1, 2, 1000, 1 << 20, Integer.MAX_VALUE, -1, -8, Integer.MIN_VALUE, size, size - 8};
        byte[] foreign = new byte[size];
        Arrays.fill(foreign, (byte) 0x5a);
        for (int round = 0; round < 200; round++) {
            bytes.put(0, foreign).put(2 * size, foreign);
            for (int at = size; at < 2 * size; at += Integer.BYTES) {
                bytes.putInt(at, hostile[random.nextInt(hostile.length)]);
            }

            assertThat(middle.run(round % 2).run()).isZero();

            assertThat(part(bytes, 0, size)).as("round %d", round).isEqualTo(foreign);
            assertThat(part(bytes, 2 * size, size)).as("round %d", round).isEqualTo(foreign);
        }
        program.close();
    }

    /** A machine with many CPUs uses all of them. */
    @Test
    void hasAProgramForEachBuffer() {
        int most = 8;
        BulkProgram program = BulkProgram.load(outer, LAYOUT, 4096, most);
        for (int i = 0; i < most; i++) {
            BulkProgram.Buffer buffer = program.buffers.get(i);
            int query = QueryLayout.HEADER_SIZE;
            buffer.bytes().putInt(0, 1).putInt(query, i).putInt(query + LAYOUT.keyAt(), i);
            assertThat(buffer.run(BulkProgram.LOOKUP).run()).isZero();
            assertThat(buffer.bytes().getLong(query + LAYOUT.valueAt())).isEqualTo(100 + i);
        }
        program.close();
    }

    private static byte[] part(ByteBuffer bytes, int at, int size) {
        byte[] part = new byte[size];
        bytes.get(at, part);
        return part;
    }

    /** Changes the numbers of a buffer while a program uses them. */
    @Test
    void staysInsideItsBufferWhileItIsChanged() throws Exception {
        int size = 4096;
        BulkProgram program = BulkProgram.load(outer, LAYOUT, size, 2);
        ByteBuffer bytes = program.memory.bytes();
        BulkProgram.Buffer first = program.buffers.get(0);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> writer = threads.submit(() -> {
            Random random = new Random(8);
            while (!over.get()) {
                bytes.putInt(4 * random.nextInt(6), random.nextInt());
            }
        });
        for (int i = 0; i < 20_000; i++) {
            bytes.putInt(0, 10);
            assertThat(first.run(i % 2).run()).isZero();
        }
        over.set(true);
        writer.get();
        threads.shutdown();
        assertThat(part(bytes, size, size)).containsOnly(0);
        program.close();
    }

    /** There are fewer buffers than threads, so some calls find none and return false. No call returns another one's answers. */
    @Test
    void answersEachOfManyThreads() throws Exception {
        BulkProgram reader = reader();
        assertThat(Await.inThreads(12, first -> answers(reader, first))).anyMatch(answers -> answers > 0);
        reader.close();
    }

    /** Looks up one entry again and again. Returns how many calls were answered. */
    private static int answers(BulkProgram reader, int tenant) {
        OffHeapBlock query = OffHeapBlock.allocate(LAYOUT.size());
        int answers = 0;
        for (int i = 0; i < 5000; i++) {
            query.bytes().putInt(0, tenant).putInt(LAYOUT.keyAt(), tenant).putLong(LAYOUT.valueAt(), 0);
            if (reader.lookup(query, 1)) {
                answers++;
                assertThat(query.bytes().getInt(LAYOUT.answerAt())).isEqualTo(QueryLayout.FOUND);
                assertThat(query.bytes().getLong(LAYOUT.valueAt())).isEqualTo(100 + tenant);
            }
        }
        return answers;
    }

    @Test
    void copiesManyMapsInOneCall() {
        BulkProgram reader = reader();
        InnerEntryBatch copy = new InnerEntryBatch(LAYOUT, QueryLayout.MOST_BYTES);
        Batch keys = new Batch(4, 4, MAPS);
        keys.begin(MAPS);
        for (int i = 0; i < MAPS; i++) {
            keys.memory().bytes().putInt(keys.keyAt(i), i);
        }
        copy.query(keys, 0);

        assertThat(reader.copy(copy)).isTrue();

        assertThat(copy.answered()).isEqualTo(copy.count()).isGreaterThan(10);
        for (int i = 0; i < copy.answered(); i++) {
            assertThat(copy.isComplete(i)).isTrue();
            assertThat(copy.end(i) - copy.start(i)).isEqualTo(LAYOUT.entrySize());
            assertThat(copy.entries().bytes().getInt(copy.start(i))).isEqualTo(i);
        }
        reader.close();
    }

    @Test
    void readsOnlyMapsThatAProgramReadsAsASystemCallDoes() {
        assertThat(canRead(INNER)).isTrue();
        assertThat(canRead(new MapShape("inner", MapKind.ARRAY, 4, 8, 64, MapFlags.INNER_MAP)))
                .isTrue();
        // A program's lookup makes the entry a recently used one, and a system call's does not.
        assertThat(canRead(new MapShape("inner", MapKind.LRU_HASH, 4, 8, 64, 0)))
                .isFalse();
        assertThat(canRead(new MapShape("inner", MapKind.PERCPU_HASH, 4, 8, 64, 0)))
                .isFalse();
        assertThat(canRead(INNER.withFlags(MapFlags.WRONLY_PROG))).isFalse();
        assertThat(canRead(INNER.withFlags(MapFlags.WRONLY))).isFalse();
        assertThat(canRead(new MapShape("inner", MapKind.HASH, 4, 100_000, 64, 0)))
                .isFalse();
        assertThat(canRead(withManaged(null))).as("BTF can't be read").isFalse();
        assertThat(canRead(withManaged(List.of(new ManagedField(ManagedFieldType.SPIN_LOCK, 0)))))
                .isFalse();
    }

    private static MapShape withManaged(@Nullable List<ManagedField> managed) {
        return new MapShape("inner", MapKind.HASH, 4, 8, 64, 0, 0, 0, managed);
    }

    private static boolean canRead(MapShape inner) {
        return LazyBulkProgram.canRead(QueryLayout.of(OUTER, inner, inner.valueSize()));
    }

    /** The verifier rejects a program that reads from a map that programs may not read. */
    @Test
    void isAbsentIfTheVerifierRejectsTheProgram() {
        KernelMapFactory maps = new KernelMapFactory();
        RawMap prototype = maps.create(INNER.withFlags(MapFlags.WRONLY_PROG), null);
        RawMap unreadable = maps.create(OUTER, prototype);
        prototype.close();

        assertThat(BulkProgram.load(KernelMap.of(unreadable), LAYOUT)).isNull();

        unreadable.close();
    }

    private BulkProgram reader() {
        return Objects.requireNonNull(BulkProgram.load(outer, LAYOUT));
    }
}
