/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;

/** A drain leaves an empty hash in the kernel in its slot. */
@KernelTest
class KernelEmptyMapsTest extends EmptyMapsContract {
    private final KernelMapFactory factory = new KernelMapFactory();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    void require(MapKind kind) {
        KernelAssumptions.assume(kind);
    }
}
