/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.testing.MapsUnderTest;

/** Proves a contract for maps in the Java heap. */
public interface HeapMaps extends MapsUnderTest {
    @Override
    default MapFactory factory() {
        return new HeapMapFactory();
    }
}
