/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;

/** Proves {@link SharedSettingsContract} for maps in the Java heap. */
class HeapSharedSettingsTest extends SharedSettingsContract {
    @Override
    MapFactory factory() {
        return new HeapMapFactory();
    }
}
