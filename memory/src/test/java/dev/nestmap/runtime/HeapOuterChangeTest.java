/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link OuterChangeContract} for maps in the Java heap. */
class HeapOuterChangeTest extends OuterChangeContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
