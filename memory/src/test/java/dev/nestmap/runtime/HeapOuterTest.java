/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link OuterContract} for maps in the Java heap. */
class HeapOuterTest extends OuterContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
