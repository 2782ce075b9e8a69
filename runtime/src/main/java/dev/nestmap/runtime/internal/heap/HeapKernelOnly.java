/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map of a type that is nothing without a kernel. It can be made, put into outer maps and rotated, so that the object's other
 * maps can be used; what is asked of its entries is refused.
 */
final class HeapKernelOnly extends HeapMap {
    HeapKernelOnly(MapShape shape, int id) {
        super(shape, null, id);
    }

    BpfException refused() {
        return new BpfException(
                "use of map " + shape().name(),
                "it is in memory, and a " + shape().kind()
                        + " is nothing without a kernel: load the object, in a test that may");
    }

    @Override
    StreamOperations stream() {
        return new StreamOperations() {
            @Override
            public int take(Block to) {
                throw refused();
            }

            @Override
            public int put(Block from, int size) {
                throw refused();
            }

            @Override
            public int await(List<RawMap> others, int millis) {
                throw refused();
            }

            @Override
            public void openBuffers(int bytesPerCpu) {
                throw refused();
            }
        };
    }

    @Override
    @Nullable
    Object find(byte[] key) {
        throw refused();
    }

    @Override
    int put(byte[] key, Object value, long flags) {
        throw refused();
    }

    @Override
    int lookupAndDelete(Block block, int keyAt, int valueAt) {
        throw refused();
    }

    @Override
    int delete(Block block, int keyAt) {
        throw refused();
    }

    @Override
    int nextKey(Block block, int keyAt, int nextAt) {
        throw refused();
    }

    @Override
    int lookupBatch(Batch batch) {
        throw refused();
    }

    @Override
    Iterable<Object> values() {
        return List.of();
    }
}
