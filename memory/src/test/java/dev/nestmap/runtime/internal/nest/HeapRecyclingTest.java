/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

class HeapRecyclingTest extends RecyclingContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
