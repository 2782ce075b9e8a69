/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

class HeapNestReadsTest extends NestReadsContract {
    private final MapFactory factory = new HeapFactory();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    boolean hasPrograms() {
        return false;
    }
}
