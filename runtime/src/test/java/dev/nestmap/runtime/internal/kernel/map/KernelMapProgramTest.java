/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program that looks up many entries of one map returns what system calls return, and is loaded only when it is needed. */
@KernelTest
class KernelMapProgramTest {
    private static final MapShape SHAPE = new MapShape("flow", MapKind.HASH, 4, 8, 64, 0);
    private static final int MOST_KEYS = 600;

    private final KernelMapFactory maps = new KernelMapFactory();

    @AfterEach
    void readByProgramAgain() {
        System.clearProperty(BulkMode.PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void findsWhatSystemCallsFind(int seed) {
        Random random = new Random(seed);
        boolean isArray = random.nextInt(3) == 0;
        int valueSize = 1 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 40);
        MapShape shape = isArray
                ? new MapShape("array", MapKind.ARRAY, 4, valueSize, 500, 0)
                : new MapShape("hash", MapKind.HASH, 1 + random.nextInt(21), valueSize, 1000, random.nextInt(2));
        KernelMap map = KernelMap.of(maps.create(shape, null));
        QueryLayout layout = QueryLayout.of(map);
        OffHeapBlock queries = OffHeapBlock.allocate(MOST_KEYS * layout.size());
        fill(map, layout, queries, random);
        awaitReader(map, layout);

        for (int count : List.of(2, layout.capacity() / 2 + 2, layout.capacity())) {
            assertThat(map.lookupAll(layout, queries, count)).isTrue();
            for (int i = 0; i < count; i++) {
                assertAnswer(map, layout, queries, i, seed);
            }
        }
        map.close();
    }

    /** Writes queries with random keys, and puts entries with about half of them into the map. */
    private static void fill(KernelMap map, QueryLayout layout, OffHeapBlock queries, Random random) {
        byte[] bytes = new byte[layout.size()];
        for (int i = 0; i < layout.capacity(); i++) {
            int at = i * layout.size();
            random.nextBytes(bytes);
            queries.bytes().put(at, bytes);
            if (map.shape().kind() == MapKind.ARRAY) {
                queries.bytes().putInt(at + layout.keyAt(), i);
            }
            if (random.nextBoolean()) {
                map.update(queries, at + layout.keyAt(), at + layout.valueAt(), RawMap.ANY);
            }
        }
    }

    private static void assertAnswer(KernelMap map, QueryLayout layout, OffHeapBlock queries, int index, int seed) {
        OffHeapBlock single = OffHeapBlock.allocate(layout.size());
        int at = index * layout.size();
        queries.copy(at, single, 0, layout.size());
        boolean found = map.lookup(single, layout.keyAt(), layout.valueAt()) == 0;
        assertThat(queries.bytes().getInt(at) == QueryLayout.FOUND)
                .as("query %d, seed %d", index, seed)
                .isEqualTo(found);
        if (found) {
            assertThat(queries.bytes().slice(at + layout.valueAt(), layout.valueBytes()))
                    .as("value %d of %s, seed %d", index, map.shape(), seed)
                    .isEqualTo(single.bytes().slice(layout.valueAt(), layout.valueBytes()));
        }
    }

    /** Reads until the program is loaded. */
    static void awaitReader(RawMap map, QueryLayout layout) {
        OffHeapBlock queries = OffHeapBlock.allocate(layout.capacity() * layout.size());
        for (int keys = layout.capacity();
                keys < LazyBulkProgram.NANOS_BEFORE / LazyBulkProgram.NANOS_OF_LOOKUP;
                keys += layout.capacity()) {
            assertThat(map.lookupAll(layout, queries, layout.capacity())).isFalse();
        }
        assertThat(map.lookupAll(layout, queries, layout.capacity())).isTrue();
    }

    @Test
    void looksOneKeyUpByASystemCall() {
        KernelMap map = KernelMap.of(maps.create(SHAPE, null));
        QueryLayout layout = QueryLayout.of(map);
        awaitReader(map, layout);

        assertThat(map.lookupAll(layout, OffHeapBlock.allocate(layout.size()), 1))
                .isFalse();

        map.close();
    }

    @Test
    void loadsNoProgramIfAnotherPathIsSelected() {
        System.setProperty(BulkMode.PROPERTY, "batch");
        assertNeverRead(maps.create(SHAPE, null));
    }

    /** A program could read a pointer of the kernel from such a field. A system call reads zeros. */
    @ParameterizedTest
    @EnumSource(names = {"HASH", "ARRAY"})
    void doesNotReadKernelPointers(MapKind kind) {
        for (PointerType.Kind pointer : List.of(PointerType.Kind.KPTR, PointerType.Kind.UNTRUSTED)) {
            StructType value = StructType.of(
                    "s",
                    List.of(
                            new StructType.Member("count", Scalar.U64),
                            new StructType.Member("task", new PointerType("struct task_struct", pointer))));
            MapDef map = new MapDef("tasks", MapRole.PLAIN, kind, 64, 0, Scalar.U32, value, null);
            RawMap created = maps.of(map).create(MapShape.of(map), null);
            boolean hidden = isHidden(created, Long.BYTES);
            assertThat(hidden || pointer == PointerType.Kind.UNTRUSTED) // a plain number before Linux 6.3
                    .isTrue();
            if (hidden) {
                assertNeverRead(created);
            } else {
                created.close();
            }
        }
    }

    /** Whether the kernel hides the 8 bytes at this offset of a value from system calls. */
    private static boolean isHidden(RawMap map, int at) {
        OffHeapBlock block = OffHeapBlock.allocate(Long.BYTES + map.valueBytes());
        block.bytes().putLong(Long.BYTES + at, -1);
        assertThat(map.update(block, 0, Long.BYTES, RawMap.ANY)).isZero();
        assertThat(map.lookup(block, 0, Long.BYTES, 0)).isZero();
        return block.bytes().getLong(Long.BYTES + at) == 0;
    }

    private static void assertNeverRead(RawMap raw) {
        KernelMap map = KernelMap.of(raw);
        QueryLayout layout = QueryLayout.of(map);
        OffHeapBlock queries = OffHeapBlock.allocate(layout.capacity() * layout.size());
        for (int keys = 0;
                keys <= LazyBulkProgram.NANOS_BEFORE / LazyBulkProgram.NANOS_OF_LOOKUP;
                keys += layout.capacity()) {
            assertThat(map.lookupAll(layout, queries, layout.capacity())).isFalse();
        }
        map.close();
    }

    /** Even if many threads load programs at the same time. */
    @Test
    void aProcessHasFewPrograms() throws Exception {
        List<KernelMap> all = Await.inThreads(LazyBulkProgram.MOST_PROGRAMS + 3, thread -> {
            KernelMap map = KernelMap.of(maps.create(SHAPE, null));
            readOften(map);
            return map;
        });

        QueryLayout layout = QueryLayout.of(all.get(0));
        OffHeapBlock queries = OffHeapBlock.allocate(2 * layout.size());
        List<KernelMap> read =
                all.stream().filter(map -> map.lookupAll(layout, queries, 2)).toList();
        List<KernelMap> others = all.stream().filter(map -> !read.contains(map)).toList();
        assertThat(read).isNotEmpty().hasSizeLessThanOrEqualTo(LazyBulkProgram.MOST_PROGRAMS);
        read.get(0).close();
        assertThat(others.get(0).lookupAll(layout, queries, 2)).isTrue();
        all.forEach(KernelMap::close);
    }

    private static void readOften(RawMap map) {
        QueryLayout layout = QueryLayout.of(map);
        OffHeapBlock queries = OffHeapBlock.allocate(layout.capacity() * layout.size());
        for (int keys = 0;
                keys < LazyBulkProgram.NANOS_BEFORE / LazyBulkProgram.NANOS_OF_LOOKUP;
                keys += layout.capacity()) {
            map.lookupAll(layout, queries, layout.capacity());
        }
    }
}
