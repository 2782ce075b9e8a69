/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

@KernelTest
class KernelNestReadsTest extends NestReadsContract {
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
