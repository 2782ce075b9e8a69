/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType.Member;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A copy of entries that can't be proved to be complete says so. */
class EntryCopierTest {
    private static final int ENTRIES = 20;

    /** Others delete the key from which the scan of a trie continues, so it begins again. */
    @Test
    void aScanThatBeginsAgainCopiesTheNewerValue() {
        int prefixes = 3000;
        MapDef definition = new MapDef(
                "prefixes",
                MapRole.PLAIN,
                MapKind.LPM_TRIE,
                prefixes,
                MapKind.LPM_TRIE.requiredFlags(),
                new ArrayType(Scalar.U8, 2 * Integer.BYTES),
                Scalar.U64,
                null);
        HeapMapFactory factory = new HeapMapFactory();
        RawMap from = factory.create(MapShape.of(definition), null);
        for (int prefix = 0; prefix < prefixes; prefix++) {
            putPrefix(from, prefix, 1);
        }
        int[] updates = {0};
        RawMap to = new DelegatingMap(factory.create(MapShape.of(definition), null)) {
            @Override
            public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                int result = super.update(block, keyAt, valueAt, flags);
                int prefix = block.bytes().getInt(keyAt + Integer.BYTES);
                if (updates[0]++ < 10) {
                    putPrefix(from, prefix, 2);
                } else if (updates[0] <= prefixes) {
                    from.delete(block, keyAt);
                }
                return result;
            }
        };

        sameLayout(definition).copy(from, to);

        assertThat(updates[0]).as("entries that were copied again").isGreaterThan(prefixes);
        OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
        long[] newer = {0};
        for (int prefix = 0; prefix < prefixes; prefix++) {
            entry.bytes().putInt(0, Integer.SIZE).putInt(Integer.BYTES, prefix);
            assertThat(to.lookup(entry, 0, Long.BYTES)).isZero();
            newer[0] += entry.bytes().getLong(Long.BYTES) == 2 ? 1 : 0;
        }
        assertThat(newer[0]).isEqualTo(10);
        from.close();
        to.close();
    }

    @ParameterizedTest
    @MethodSource("kindsAndKeys")
    void aCopyBesideAWriterHasEachEntryOnce(MapKind kind, boolean convertsKeys) {
        requireEachEntryOnce(new HeapMapFactory(), kind, convertsKeys);
    }

    @KernelTest
    @ParameterizedTest
    @MethodSource("kindsAndKeys")
    void aCopyOfTheKernelBesideAWriterHasEachEntryOnce(MapKind kind, boolean convertsKeys) {
        requireEachEntryOnce(new KernelMapFactory(), kind, convertsKeys);
    }

    static Stream<Arguments> kindsAndKeys() {
        return Stream.of(MapKind.HASH, MapKind.LRU_HASH, MapKind.PERCPU_HASH, MapKind.LRU_PERCPU_HASH, MapKind.LPM_TRIE)
                .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
    }

    /**
     * Between the calls of the copy, a writer deletes an entry from which the scan continues, changes entries and adds others. Entries with an even number
     * stay, also if the scan begins again.
     */
    private static void requireEachEntryOnce(MapFactory factory, MapKind kind, boolean convertsKeys) {
        int entries = 3000;
        MapDef before = keyed(kind, 4 * entries, "low", "high");
        MapDef after = convertsKeys ? keyed(kind, 4 * entries, "high", "low") : before;
        Map<Integer, Long> newest = new HashMap<>();
        Set<Integer> deleted = new HashSet<>();
        try (RawMap from = factory.create(MapShape.of(before), null);
                RawMap to = factory.create(MapShape.of(after), null)) {
            for (int number = 0; number < entries; number++) {
                put(from, number, number);
                newest.put(number, (long) number);
            }
            RawMap beside = DelegatingMap.of(from, BatchCommand.LOOKUP, batch -> {
                int result = from.batch(BatchCommand.LOOKUP, batch);
                for (int i = batch.count() - 1; i >= 0 && deleted.size() < 20; i--) {
                    int number = number(batch.memory(), batch.keyAt(i));
                    if (number % 2 == 1 && deleted.add(number)) { // of the last key of the batch, or one before it
                        assertThat(from.delete(batch.memory(), batch.keyAt(i))).isZero();
                        put(from, entries + number, -1);
                        newest.put(entries + number, -1L);
                        if (i < batch.count() - 1) {
                            int changed = number(batch.memory(), batch.keyAt(i + 1));
                            put(from, changed, 7 * entries);
                        }
                        break;
                    }
                }
                return result;
            });

            long copied = EntryCopier.of(
                            PinnedMapText.of(schema(before), before, 1, "total", "2c-17"),
                            MapPlan.of(schema(before), before, schema(after), after),
                            after)
                    .copy(beside, to);

            assertThat(deleted).as("what was deleted meanwhile").isNotEmpty();
            assertThat(copied).as("copied entries").isEqualTo(BatchScan.countEntries(to));
            Map<Integer, Long> copies = new HashMap<>();
            BatchScan.forEach(to, 0, (batch, i) -> {
                int number = number(batch.memory(), batch.keyAt(i));
                copies.put(
                        convertsKeys ? Integer.rotateLeft(number, Short.SIZE) : number,
                        batch.memory().bytes().getLong(batch.valueAt(i)));
            });
            assertThat(newest.keySet()).as("no entry that never was").containsAll(copies.keySet());
            for (int number = 0; number < entries; number += 2) {
                assertThat(copies.get(number)).as("entry %s", number).isIn((long) number, 7L * entries);
            }
        }
    }

    private static Schema schema(MapDef map) {
        return new Schema("", "sample", List.of(), List.of(), List.of(map));
    }

    /** A map whose keys are two numbers of 16 bits, in this order. In a trie, they are a prefix of all bits. */
    private static MapDef keyed(MapKind kind, int entries, String first, String second) {
        CType key = PinnedCounts.struct(
                "sample_key",
                new Member("prefixlen", Scalar.U32),
                new Member(first, Scalar.U16),
                new Member(second, Scalar.U16));
        return new MapDef("sample", MapRole.PLAIN, kind, entries, kind.requiredFlags(), key, Scalar.U64, null);
    }

    private static int number(OffHeapBlock block, int keyAt) {
        return block.bytes().getInt(keyAt + Integer.BYTES);
    }

    private static void put(RawMap map, int number, long value) {
        OffHeapBlock block = OffHeapBlock.allocate(Long.BYTES + map.valueBytes());
        block.bytes().putInt(0, Integer.SIZE).putInt(Integer.BYTES, number).putLong(Long.BYTES, value);
        assertThat(map.update(block, 0, Long.BYTES, RawMap.ANY)).isZero();
    }

    private static void putPrefix(RawMap map, int prefix, long value) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        block.bytes().putInt(0, Integer.SIZE).putInt(Integer.BYTES, prefix).putLong(Long.BYTES, value);
        assertThat(map.update(block, 0, Long.BYTES, RawMap.ANY)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "RHASH"})
    void aCopyThatCanNotBeProvedToBeCompleteSaysSo(MapKind kind) {
        MapDef definition =
                new MapDef("flows", MapRole.PLAIN, kind, ENTRIES, kind.requiredFlags(), Scalar.U32, Scalar.U64, null);
        HeapMapFactory factory = new HeapMapFactory();
        RawMap from = factory.create(MapShape.of(definition), null);
        RawMap to = factory.create(MapShape.of(definition), null);
        OffHeapBlock entry = OffHeapBlock.allocate(16);
        for (int key = 0; key < ENTRIES; key++) {
            RawSlots.putEntry(from, key, 0);
        }

        try (LogRecords logs = LogRecords.of("dev.nestmap.runtime")) {
            sameLayout(definition).copy(from, to);
            for (int key = 0; key < ENTRIES; key++) {
                entry.bytes().putInt(0, key);
                assertThat(to.lookup(entry, 0, 8, 0)).isZero();
            }

            if (kind == MapKind.RHASH) {
                assertThat(logs.only())
                        .contains(
                                "all entries that it found (20) of map flows, id",
                                "a read may miss entries",
                                "declare a HASH");
            } else {
                assertThat(logs.messages()).isEmpty();
            }
        }
        from.close();
        to.close();
    }

    private static EntryCopier sameLayout(MapDef map) {
        Schema schema = new Schema("", "sample", List.of(), List.of(), List.of(map));
        return EntryCopier.of(
                PinnedMapText.of(schema, map, 1, "total", "2c-17"), MapPlan.of(schema, map, schema, map), map);
    }
}
