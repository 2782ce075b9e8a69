/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapContract;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps in the Java heap evict, share and end as the kernel's do. */
@Tag("both-jdks")
class HeapMapTest extends MapContract implements HeapMaps {
    private final OffHeapBlock block = OffHeapBlock.allocate(16);

    @Test
    void evictsTheEntryThatWasWrittenLongestAgo() {
        RawMap map = factory().create(new MapShape("m", MapKind.LRU_HASH, 4, 8, 2, 0), null);
        for (int key : new int[] {1, 2, 1, 3}) {
            RawSlots.putEntry(map, key, 0);
        }

        block.bytes().putInt(0, 2);
        assertThat(map.lookup(block, 0, 8)).isNegative();
        block.bytes().putInt(0, 1);
        assertThat(map.lookup(block, 0, 8)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH_OF_MAPS", "ARRAY_OF_MAPS"})
    void anInnerMapEndsWithItsLastSlotAndHandle(MapKind kind) {
        MapShape shape = new MapShape("m", MapKind.HASH, 4, 8, 4, 0);
        RawMap outer =
                factory().create(new MapShape("o", kind, 4, 4, 2, 0), factory().create(shape, null));
        List<Integer> ids = new ArrayList<>();
        for (int key : new int[] {0, 0, 1}) {
            RawMap inner = factory().create(shape, null);
            ids.add(inner.id());
            RawSlots.put(outer, key, inner);
            inner.close();
        }
        RawMap refused = factory().create(shape, null);
        assertThat(outer.update(block, 0, refused, RawMap.NOEXIST)).isNegative();
        refused.close();

        assertThat(HeapMap.withId(ids.get(0))).as("replaced").isNull();
        assertThat(HeapMap.withId(refused.id())).as("refused").isNull();
        assertThat(HeapMap.withId(ids.get(1))).isNotNull();
        assertThat(outer.delete(block, 0)).isZero();
        assertThat(HeapMap.withId(ids.get(1))).as("deleted").isNull();
        outer.close();
        assertThat(HeapMap.withId(ids.get(2))).as("in a closed outer map").isNull();
        assertThat(HeapMap.withId(outer.id())).as("the outer map").isNull();
    }

    @Test
    void rejectsSharedMemoryLargerThanAView() {
        MapShape large = new MapShape("m", MapKind.ARRAY, 4, 8, 1L << 28, MapFlags.MMAPABLE);

        assertBpfException(() -> factory().create(large, null)).hasErrno(Errno.ENOMEM);
    }

    static Stream<MapKind> kernelOnly() {
        return MapKind.where(kind -> kind.isSupported() && !kind.isInMemory() && !kind.isRing()).stream();
    }

    @ParameterizedTest
    @MethodSource("kernelOnly")
    void otherTypesSayThatTheyNeedAKernel(MapKind kind) {
        int size = kind.keyRule() == MapKind.KeyRule.NONE ? 0 : 4;
        long entries = kind.isStorage() ? 0 : 4096;
        int valueSize = kind == MapKind.STACK_TRACE ? 8 : size;
        RawMap map = factory().create(new MapShape("m", kind, size, valueSize, entries, kind.requiredFlags()), null);
        OffHeapBlock block = OffHeapBlock.allocate(24);
        List<ThrowingCallable> operations = List.of(
                () -> map.lookup(block, 0, 8),
                () -> map.update(block, 0, 8, 0),
                () -> map.delete(block, 0),
                () -> map.lookupAndDelete(block, 0, 8),
                () -> map.nextKey(block, -1, 8),
                () -> map.batch(BatchCommand.LOOKUP, new Batch(map, 4)));

        assertThat(operations)
                .allSatisfy(operation -> assertBpfException(operation, kind + " does not work in memory"));
    }
}
