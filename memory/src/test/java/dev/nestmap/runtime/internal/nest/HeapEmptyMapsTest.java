/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.schema.MapKind;

/** A drain leaves an empty hash in memory in its slot. */
class HeapEmptyMapsTest extends EmptyMapsContract {
    private final HeapMapFactory factory = new HeapMapFactory();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    void require(MapKind kind) {}
}
