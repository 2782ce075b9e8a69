/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.heap.HeapFactory;

class HeapInnerEntriesTest extends InnerEntriesContract {
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
