/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapContract;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeapMapTest extends MapContract {
    @Override
    protected MapFactory factory() {
        return new HeapFactory();
    }

    @Test
    void evictsTheEntryThatWasWrittenLongestAgo() {
        RawMap map = factory().create(new MapShape("m", MapKind.LRU_HASH, 4, 4, 2, 0), null);
        Block block = Block.allocate(8);
        for (int key : new int[] {1, 2, 1, 3}) {
            block.bytes().putInt(0, key);
            map.update(block, 0, 4, 0);
        }

        block.bytes().putInt(0, 2);
        assertThat(map.lookup(block, 0, 4)).isNegative();
        block.bytes().putInt(0, 1);
        assertThat(map.lookup(block, 0, 4)).isZero();
    }

    @Test
    void rejectsSharedMemoryLargerThanAView() {
        MapShape large = new MapShape("m", MapKind.ARRAY, 4, 8, 1L << 28, MapFlags.MMAPABLE);

        assertThatThrownBy(() -> factory().create(large, null))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("ENOMEM");
    }

    static Stream<MapKind> kernelOnly() {
        return MapKind.where(kind -> kind.isSupported() && !kind.isInMemory()).stream();
    }

    @ParameterizedTest
    @MethodSource("kernelOnly")
    void otherTypesSayThatTheyNeedAKernel(MapKind kind) {
        int size = kind.keyRule() == MapKind.KeyRule.NONE ? 0 : 4;
        long entries = kind.isStorage() ? 0 : 4096;
        int valueSize = kind == MapKind.STACK_TRACE ? 8 : size;
        RawMap map = factory().create(new MapShape("m", kind, size, valueSize, entries, kind.requiredFlags()), null);
        Block block = Block.allocate(24);
        List<ThrowingCallable> operations = List.of(
                () -> map.lookup(block, 0, 8),
                () -> map.update(block, 0, 8, 0),
                () -> map.delete(block, 0),
                () -> map.lookupAndDelete(block, 0, 8),
                () -> map.nextKey(block, -1, 8),
                () -> map.lookupBatch(new ReadBatch(map, 4)));

        assertThat(operations)
                .allSatisfy(operation -> assertThatThrownBy(operation)
                        .isInstanceOf(BpfException.class)
                        .hasMessageContaining("a " + kind + " only works in the kernel"));
    }
}
