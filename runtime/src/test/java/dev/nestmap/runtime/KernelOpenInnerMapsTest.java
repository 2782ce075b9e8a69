/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;

/** Proves {@link OpenInnerMapsContract} for maps in the kernel. */
@KernelTest
class KernelOpenInnerMapsTest extends OpenInnerMapsContract {
    @Override
    MapFactory factory() {
        return new KernelMapFactory();
    }

    @Override
    int open() {
        return (int) NoFdLeaks.open().stream()
                .filter(file -> file.contains("bpf-map"))
                .count();
    }
}
