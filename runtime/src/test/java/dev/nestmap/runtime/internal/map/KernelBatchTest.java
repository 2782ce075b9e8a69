/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;

/** Proves {@link BatchContract} for maps in the kernel. */
@KernelTest
class KernelBatchTest extends BatchContract {
    @Override
    protected MapFactory factory() {
        return new KernelMapFactory();
    }

    @Override
    protected void assume(MapKind kind) {
        KernelAssumptions.assume(kind);
    }
}
