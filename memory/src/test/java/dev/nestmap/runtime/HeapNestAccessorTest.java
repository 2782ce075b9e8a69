/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link NestAccessorContract} for maps in the Java heap. */
class HeapNestAccessorTest extends NestAccessorContract {
    private final MapFactory factory = new HeapMapFactory();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    boolean hasPrograms() {
        return false;
    }
}
