/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.BatchContract;

class HeapBatchTest extends BatchContract {
    @Override
    protected MapFactory factory() {
        return new HeapMapFactory();
    }
}
