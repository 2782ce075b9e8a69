/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link SlotChangeBatcherContract} for maps in the Java heap. */
class HeapSlotChangeBatcherTest extends SlotChangeBatcherContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
