/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link VirtualThreadsContract} for maps in the Java heap. */
class HeapVirtualThreadsTest extends VirtualThreadsContract implements HeapMaps {
    /** Maps in memory have locks. From Java 24 on, a virtual thread that waits for one lets another run, which takes a buffer of its own. */
    @Override
    int mostAtOnce() {
        return Runtime.getRuntime().availableProcessors();
    }
}
