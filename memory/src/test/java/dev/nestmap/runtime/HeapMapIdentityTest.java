/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

class HeapMapIdentityTest extends MapIdentityContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
