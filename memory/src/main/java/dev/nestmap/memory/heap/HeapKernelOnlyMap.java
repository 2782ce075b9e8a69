/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import org.jspecify.annotations.Nullable;

/**
 * A placeholder for a map of a type that needs the kernel. It can be created, put into outer maps and rotated, so that tests can use the
 * object's other maps. Operations on its entries or records throw.
 */
final class HeapKernelOnlyMap extends HeapMap {
    HeapKernelOnlyMap(MapShape shape, int id) {
        super(shape, null, id);
    }

    BpfException refused() {
        return new BpfException(
                "use of map " + shape().name(),
                "a " + shape().kind() + " does not work in memory: test it with an object that load() returned");
    }

    @Override
    StreamOperations stream() {
        return new StreamOperations() {
            @Override
            public int take(OffHeapBlock to) {
                throw refused();
            }

            @Override
            public int put(OffHeapBlock from, int size) {
                throw refused();
            }

            @Override
            public StreamOperations.Wait newWait() {
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
    int unsupported() {
        throw refused();
    }
}
