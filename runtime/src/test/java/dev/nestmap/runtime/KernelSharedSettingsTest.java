/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link SharedSettingsContract} for maps in the kernel. */
@KernelTest
class KernelSharedSettingsTest extends SharedSettingsContract {
    @Override
    MapFactory factory() {
        return new KernelMapFactory();
    }
}
