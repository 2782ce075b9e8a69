/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;

/** An empty inner map in the kernel can become idle, and a drain leaves an empty hash in its slot. */
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
