/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link OpenInnerMapsContract} for maps in the Java heap. */
class HeapOpenInnerMapsTest extends OpenInnerMapsContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }

    @Override
    int open() {
        return -1;
    }
}
