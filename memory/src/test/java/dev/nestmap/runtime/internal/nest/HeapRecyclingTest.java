/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link RecyclingContract} for maps in the Java heap. */
class HeapRecyclingTest extends RecyclingContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
