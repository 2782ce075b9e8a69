/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.ProgrammedMaps;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that change many entries of one map do what the kernel's batches do. */
@KernelTest
class KernelMapChangesTest {
    private static final MapShape SHAPE = new MapShape("map", MapKind.HASH, 4, 8, 1000, 0);
    private static final List<MapKind> KINDS = List.of(MapKind.HASH, MapKind.LRU_HASH, MapKind.ARRAY);
    private static final int BPF_MAP_FREEZE = 22;
    private static final int MOST_CHANGES = 700;

    private final KernelMapFactory maps = new KernelMapFactory();
    private final List<RawMap> opened = new ArrayList<>();

    @AfterEach
    void close() {
        System.clearProperty(BulkMode.PROPERTY);
        opened.forEach(RawMap::close);
    }

    /** Makes the same random changes by a program and by system calls. Hashes become full, and some keys are absent. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void changesWhatBatchesChange(int seed) {
        Random random = new Random(seed);
        MapShape shape = randomShape(KINDS.get(seed % KINDS.size()), random);
        RawMap byProgram = programmed(shape);
        KernelMap byBatch = KernelMap.of(open(shape));
        for (int step = 0; step < 30; step++) {
            boolean deletes = shape.kind() != MapKind.ARRAY && random.nextInt(3) == 0;
            Batch batch = randomBatch(shape, random);
            BatchCommand command = deletes ? BatchCommand.DELETE : BatchCommand.UPDATE;
            List<String> expected = refusals(batch, each -> byBatch.changeInCall(command, each));
            assertThat(refusals(batch, each -> byProgram.batch(command, each)))
                    .as("%s, seed %d, step %d", shape, seed, step)
                    .isEqualTo(expected);
        }
        assertThat(entries(byProgram))
                .as("%s, seed %d", shape, seed)
                .isNotEmpty()
                .isEqualTo(entries(byBatch));
    }

    private static MapShape randomShape(MapKind kind, Random random) {
        int words = 1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 5);
        return switch (kind) {
            case ARRAY -> new MapShape("map", kind, 4, 8 * words, 900, 0);
            case LRU_HASH -> new MapShape("map", kind, 3, 8 * words - 3, 10_000, 0); // never evicts
            default -> new MapShape("map", kind, 2 + random.nextInt(21), 8 * words - 3, 300, random.nextInt(2));
        };
    }

    private static Batch randomBatch(MapShape shape, Random random) {
        int count = 1 + random.nextInt(MOST_CHANGES);
        Batch batch = new Batch(shape.keySize(), shape.valueSize(), count);
        batch.begin(count);
        byte[] bytes = new byte[batch.memory().size() - batch.keyAt(0)];
        random.nextBytes(bytes);
        Arrays.fill(bytes, 0, count * shape.keySize(), (byte) 0);
        batch.memory().bytes().put(batch.keyAt(0), bytes);
        for (int i = 0; i < count; i++) {
            batch.memory().bytes().putShort(batch.keyAt(i), (short) random.nextInt(1000));
        }
        return batch;
    }

    /** Makes all changes of a batch. Returns the index and the errno of those that the map refused. */
    private static List<String> refusals(Batch batch, ToIntFunction<Batch> change) {
        List<String> refused = new ArrayList<>();
        batch.begin(batch.count());
        while (batch.done() < batch.count()) {
            int before = batch.done();
            int result = change.applyAsInt(batch);
            if (result == 0) {
                assertThat(batch.done()).isGreaterThan(before);
            } else {
                refused.add(batch.done() + ": " + result);
                batch.advance(1);
            }
        }
        return refused;
    }

    private static Map<String, String> entries(RawMap map) {
        Map<String, String> entries = new TreeMap<>();
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                ByteBuffer bytes = scan.batch().memory().bytes();
                entries.put(
                        hex(bytes, scan.batch().keyAt(i), map.shape().keySize()),
                        hex(bytes, scan.batch().valueAt(i), map.valueBytes()));
            }
        }
        return entries;
    }

    private static String hex(ByteBuffer bytes, int at, int size) {
        byte[] part = new byte[size];
        bytes.get(at, part);
        return HexFormat.of().formatHex(part);
    }

    /** Each call would otherwise copy 512 entries to change none, if all of them are rejected. */
    @Test
    void triesFewEntriesAfterARejectedOne() {
        RawMap map = programmed(new MapShape("map", MapKind.ARRAY, 4, 8, 1000, 0));
        Batch batch = numbered(0, 700);
        batch.memory().bytes().putInt(batch.keyAt(100), 1000);
        List<Integer> changed = new ArrayList<>();
        while (batch.done() < 700) {
            int before = batch.done();
            if (map.batch(BatchCommand.UPDATE, batch) != 0) {
                batch.advance(1);
                batch.memory().bytes().putInt(batch.keyAt(batch.done()), batch.done() < 104 ? 1000 : 0);
            }
            changed.add(batch.done() - before);
        }

        assertThat(changed).containsExactly(101, 1, 1, 1, 8, 16, 32, 64, 128, 256, 92);
    }

    /** The kernel lets programs write to a frozen map. */
    @Test
    void doesNotWriteToAFrozenMap() {
        RawMap map = programmed(SHAPE);
        assertThat(map.batch(BatchCommand.UPDATE, numbered(0, 5))).isZero();
        Map<String, String> before = entries(map);
        freeze(KernelMap.of(map));

        Batch update = numbered(3, 5);
        Batch deletion = numbered(3, 5);

        assertThat(map.batch(BatchCommand.UPDATE, update)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(map.batch(BatchCommand.DELETE, deletion)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(update.done() + deletion.done()).isZero();
        assertThat(entries(map)).isEqualTo(before);
    }

    static void freeze(KernelMap map) {
        OffHeapBlock attributes = OffHeapBlock.allocate(Integer.BYTES);
        attributes.bytes().putInt(0, map.fd());
        try {
            assertThat(SystemCallWrappers.bpf(BPF_MAP_FREEZE, attributes.address(), attributes.size()))
                    .isZero();
        } finally {
            Reference.reachabilityFence(attributes);
        }
    }

    /** The kernel does not check a program's access by the descriptor that it was loaded with. */
    @Test
    void doesNotWriteThroughAReadOnlyDescriptor() {
        RawMap map = open(SHAPE.withFlags(MapFlags.RDONLY));
        KernelMapProgramTest.awaitReader(map, QueryLayout.of(map));

        assertThat(map.batch(BatchCommand.UPDATE, numbered(0, 5))).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(map.batch(BatchCommand.DELETE, numbered(0, 5))).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(entries(map)).isEmpty();
    }

    @Test
    void writesOtherMapsInBatches() {
        assertNotProgrammed(SHAPE.withFlags(MapFlags.RDONLY_PROG));
        assertNotProgrammed(new MapShape("map", MapKind.PERCPU_HASH, 4, 8, 64, 0));
        assertNotProgrammed(new MapShape("map", MapKind.LPM_TRIE, 8, 8, 64, MapFlags.NO_PREALLOC));
        // Its values would not begin at whole words in the program's buffer.
        assertNotProgrammed(new MapShape("map", MapKind.ARRAY, 4, 12, 64, 0));
    }

    @Test
    void writesInBatchesIfAnotherPathIsSelected() {
        System.setProperty(BulkMode.PROPERTY, "batch");
        assertNotProgrammed(SHAPE);
    }

    private void assertNotProgrammed(MapShape shape) {
        RawMap map = open(shape);
        ProgrammedMaps.writeOften(map);
        assertThat(ProgrammedMaps.isProgrammed(map)).as(shape.toString()).isFalse();
    }

    @Test
    void writesForManyThreads() throws Exception {
        RawMap map = programmed(new MapShape("map", MapKind.HASH, 4, 8, 12 * MOST_CHANGES, 0));
        Await.inThreads(12, thread -> {
            int first = thread * MOST_CHANGES;
            for (int round = 0; round < 20; round++) {
                assertThat(refusals(numbered(first, MOST_CHANGES), each -> map.batch(BatchCommand.UPDATE, each)))
                        .isEmpty();
                assertThat(refusals(numbered(first, MOST_CHANGES / 2), each -> map.batch(BatchCommand.DELETE, each)))
                        .isEmpty();
            }
            return first;
        });
        assertThat(entries(map)).hasSize(12 * MOST_CHANGES / 2);
        assertThat(refusals(numbered(0, 12 * MOST_CHANGES), each -> map.batch(BatchCommand.UPDATE, each)))
                .isEmpty();
    }

    /** Entries with consecutive keys of 4 bytes, and values of 8. */
    private static Batch numbered(int first, int count) {
        Batch batch = new Batch(4, 8, count);
        batch.begin(count);
        for (int i = 0; i < count; i++) {
            batch.memory().bytes().putInt(batch.keyAt(i), first + i).putLong(batch.valueAt(i), first + i);
        }
        return batch;
    }

    private RawMap programmed(MapShape shape) {
        RawMap map = new ProgrammedMaps("map").create(shape, null);
        opened.add(map);
        return map;
    }

    private RawMap open(MapShape shape) {
        RawMap map = maps.create(shape, null);
        opened.add(map);
        return map;
    }
}
