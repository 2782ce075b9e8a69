/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

@KernelTest
class KernelInnerEntriesTest extends InnerEntriesContract {
    private final MapFactory factory = new KernelMaps();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    boolean hasPrograms() {
        return true;
    }
}
