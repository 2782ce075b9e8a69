/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link OuterChangeContract} for maps in the kernel. */
@Tag("jdk-independent")
@KernelTest
class KernelOuterChangeTest extends OuterChangeContract {
    @Override
    MapFactory factory() {
        return new KernelMapFactory();
    }
}
