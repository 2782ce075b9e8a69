/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link StressContract} for maps in the Java heap. */
class HeapStressTest extends StressContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
