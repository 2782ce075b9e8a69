/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link PublisherContract} for maps in the Java heap. */
class HeapPublisherTest extends PublisherContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
