/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link VirtualThreadsContract} for maps in the Java heap. */
class HeapVirtualThreadsTest extends VirtualThreadsContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }

    /** Maps in memory have locks. From Java 24 on, a virtual thread that waits for one lets another run, which takes a buffer of its own. */
    @Override
    int mostAtOnce() {
        return Runtime.getRuntime().availableProcessors();
    }
}
