/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches have the results of Linux 6.18, tested with each backend. */
public abstract class BatchContract implements MapsUnderTest {
    private static final int VALUE = 8;
    private static final int PREFIX = 16;

    private final List<RawMap> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(RawMap::close);
    }

    static Stream<MapKind> updateBatch() {
        return MapKind.where(kind -> kind.hasBatch(BatchCommand.UPDATE) && !kind.isMapOfMaps()).stream();
    }

    @ParameterizedTest
    @MethodSource("updateBatch")
    void writesABatch(MapKind kind) {
        RawMap map = create(kind, 64);
        Batch batch = batch(map, 0, 10);

        assertThat(map.batch(BatchCommand.UPDATE, batch)).isZero();

        assertThat(batch.done()).isEqualTo(10);
        Map<Integer, Long> expected = new TreeMap<>();
        for (int key = 0; key < 10; key++) {
            expected.put(key, 1000L + key);
        }
        assertThat(scan(map)).containsAllEntriesOf(expected);
    }

    static Stream<MapKind> deleteBatch() {
        return MapKind.where(kind -> kind.hasBatch(BatchCommand.DELETE) && !kind.isMapOfMaps()).stream();
    }

    @ParameterizedTest
    @MethodSource("deleteBatch")
    void deletesUpToAMissingKeyAndContinuesBehindIt(MapKind kind) {
        RawMap map = create(kind, 64);
        assertThat(map.batch(BatchCommand.UPDATE, batch(map, 0, 10))).isZero();
        Batch batch = batch(map, 5, 10); // 10 to 14 do not exist

        assertThat(map.batch(BatchCommand.DELETE, batch)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(batch.done()).isEqualTo(5);
        batch.advance(1);
        assertThat(map.batch(BatchCommand.DELETE, batch)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(batch.done()).isEqualTo(6);
        assertThat(scan(map)).containsOnlyKeys(0, 1, 2, 3, 4);
    }

    @Test
    void arraysHaveNoDeleteAndEndAtTheirLastIndex() {
        RawMap map = create(MapKind.ARRAY, 8);
        Batch batch = batch(map, 5, 10);

        assertThat(map.batch(BatchCommand.UPDATE, batch)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(batch.done()).isEqualTo(3);
        assertThat(map.batch(BatchCommand.DELETE, batch(map, 0, 1))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
        assertThat(map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, 8))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
        assertThat(scan(map)).containsEntry(7, 1007L).containsEntry(0, 0L);
    }

    @Test
    void rejectsFlagsThatTheMapDoesNotSupport() {
        RawMap map = create(MapKind.HASH, 4);
        Batch locked = batch(map, 0, 1).withFlags(RawMap.LOCK);

        assertThat(map.batch(BatchCommand.UPDATE, locked)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(map.batch(BatchCommand.UPDATE, locked.withFlags(1))).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(locked.done()).isZero();
        assertThat(map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, 4).withFlags(RawMap.LOCK)))
                .isEqualTo(-ErrnoNumbers.EINVAL);
    }

    static Stream<MapKind> withoutBatches() {
        return MapKind.where(kind -> kind.isInMemory() && !kind.hasBatch(BatchCommand.LOOKUP)).stream();
    }

    @ParameterizedTest
    @MethodSource("withoutBatches")
    void mapsWithoutKeysHaveNoBatches(MapKind kind) {
        RawMap map = create(new MapShape("m", kind, 0, VALUE, 4, 0));

        assertThat(map.batch(BatchCommand.UPDATE, new Batch(0, VALUE, 1))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
        assertThat(map.batch(BatchCommand.DELETE, new Batch(0, VALUE, 1))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
        assertThat(map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, 1))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
    }

    static Stream<MapKind> takeBatch() {
        return MapKind.where(kind -> kind.hasBatch(BatchCommand.LOOKUP_AND_DELETE) && !kind.isMapOfMaps()).stream();
    }

    @ParameterizedTest
    @MethodSource("takeBatch")
    void lookupAndDeleteEmptiesTheMap(MapKind kind) {
        RawMap map = create(kind, 1024);
        assertThat(map.batch(BatchCommand.UPDATE, batch(map, 0, 100))).isZero();
        Map<Integer, Long> expected = scan(map);
        Map<Integer, Long> taken = new TreeMap<>();

        for (BatchScan scan = BatchScan.taking(map, 0); scan.next(); ) {
            add(scan.batch(), map, taken);
        }

        assertThat(taken).isEqualTo(expected).isNotEmpty();
        assertThat(scan(map)).isEmpty();
    }

    @Test
    void aTrieHasNoLookupAndDelete() {
        RawMap map = create(MapKind.LPM_TRIE, 4);

        assertThat(map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, 4))).isEqualTo(-ErrnoNumbers.ENOTSUPP);
    }

    @Test
    void respectsTheAccessOfAHandle() {
        RawMap reading = create(new MapShape("m", MapKind.HASH, 4, VALUE, 4, MapFlags.RDONLY));
        RawMap writing = create(new MapShape("m", MapKind.HASH, 4, VALUE, 4, MapFlags.WRONLY));

        assertThat(reading.batch(BatchCommand.UPDATE, batch(reading, 0, 1))).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(reading.batch(BatchCommand.DELETE, batch(reading, 0, 1))).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(reading.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(reading, 4)))
                .isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(writing.batch(BatchCommand.UPDATE, batch(writing, 0, 1))).isZero();
        assertThat(writing.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(writing, 4)))
                .isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(writing.batch(BatchCommand.DELETE, batch(writing, 0, 1))).isZero();
    }

    @Test
    void aClosedHandleReturnsEbadf() {
        RawMap map = create(MapKind.HASH, 4);
        map.close();

        assertThat(map.batch(BatchCommand.UPDATE, batch(map, 0, 1))).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, 4))).isEqualTo(-ErrnoNumbers.EBADF);
    }

    /** Compares random batches, without the rejected entries, with a Java map as a model. */
    @Test
    void agreesWithAModel() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        RawMap map = create(MapKind.HASH, 32);
        Map<Integer, Long> model = new TreeMap<>();

        for (int step = 0; step < 300; step++) {
            boolean deletes = random.nextInt(3) == 0;
            BatchChange change = deletes ? BatchChange.deleting(map, 16) : BatchChange.updating(map, 16, 0);
            Batch batch = change.batch();
            batch.begin(random.nextInt(17));
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < batch.count(); i++) {
                int key = random.nextInt(48);
                long value = random.nextLong();
                batch.memory().bytes().putInt(batch.keyAt(i), key);
                if (!deletes) {
                    batch.memory().bytes().putLong(batch.valueAt(i), value);
                }
                boolean refused = deletes ? model.remove(key) == null : !model.containsKey(key) && model.size() == 32;
                if (refused) {
                    expected.add(i);
                } else if (!deletes) {
                    model.put(key, value);
                }
            }
            List<Integer> refusals = new ArrayList<>();
            change.make((index, errno) -> {
                assertThat(errno).isEqualTo(deletes ? -ErrnoNumbers.ENOENT : -ErrnoNumbers.E2BIG);
                refusals.add(index);
            });
            assertThat(refusals).as("seed %d, step %d", seed, step).isEqualTo(expected);
        }

        assertThat(scan(map)).as("seed %d", seed).isEqualTo(model);
    }

    private static Batch batch(RawMap map, int from, int count) {
        int keySize = map.shape().keySize();
        Batch batch = new Batch(keySize, map.valueBytes(), count);
        batch.begin(count);
        for (int i = 0; i < count; i++) {
            if (map.shape().kind() == MapKind.LPM_TRIE) {
                batch.memory().bytes().putInt(batch.keyAt(i), PREFIX);
                batch.memory().bytes().putShort(batch.keyAt(i) + Integer.BYTES, (short) (from + i));
            } else {
                batch.memory().bytes().putInt(batch.keyAt(i), from + i);
            }
            batch.memory().bytes().putLong(batch.valueAt(i), 1000 + from + i);
        }
        return batch;
    }

    private static Map<Integer, Long> scan(RawMap map) {
        Map<Integer, Long> found = new TreeMap<>();
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            add(scan.batch(), map, found);
        }
        return found;
    }

    private static void add(Batch batch, RawMap map, Map<Integer, Long> to) {
        boolean trie = map.shape().kind() == MapKind.LPM_TRIE;
        for (int i = 0; i < batch.count(); i++) {
            int keyAt = batch.keyAt(i);
            int key = trie
                    ? batch.memory().bytes().getShort(keyAt + Integer.BYTES)
                    : batch.memory().bytes().getInt(keyAt);
            Long before = to.put(key, batch.memory().bytes().getLong(batch.valueAt(i)));
            assertThat(before).isNull();
        }
    }

    private RawMap create(MapKind kind, int maxEntries) {
        assume(kind);
        return create(new MapShape(
                "m",
                kind,
                kind == MapKind.LPM_TRIE ? Integer.BYTES + 2 : Integer.BYTES,
                VALUE,
                maxEntries,
                kind.requiredFlags()));
    }

    private RawMap create(MapShape shape) {
        RawMap map = factory().create(shape, null);
        opened.add(map);
        return map;
    }
}
