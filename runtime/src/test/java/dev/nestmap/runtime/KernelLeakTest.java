/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link LeakContract} for maps in the kernel. */
@KernelTest
class KernelLeakTest extends LeakContract {
    @Override
    MapFactory factory() {
        return new KernelMapFactory();
    }
}
