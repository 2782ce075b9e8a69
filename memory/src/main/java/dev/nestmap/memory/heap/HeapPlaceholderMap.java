/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.StreamOperations;

/**
 * A placeholder for a map of a type that needs the kernel. It can be created, put into outer maps and rotated, so that tests can use the
 * object's other maps. Operations on its entries throw, and so does the opening of a PERF_EVENT_ARRAY.
 */
final class HeapPlaceholderMap extends HeapMap implements StreamOperations {
    HeapPlaceholderMap(MapShape shape) {
        super(shape, null);
    }

    @Override
    StreamOperations stream() {
        return this;
    }

    @Override
    public void openBuffers(int bytesPerCpu) {
        unsupported();
    }

    @Override
    int unsupported() {
        throw BpfException.of(Reason.NOT_SUPPORTED, "use of map " + shape().name())
                .because("a " + shape().kind()
                        + " does not work in memory: test it with an object that load() returned");
    }
}
