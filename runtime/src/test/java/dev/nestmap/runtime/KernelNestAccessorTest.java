/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link NestAccessorContract} for maps in the kernel. */
@Tag("jdk-independent")
@KernelTest
class KernelNestAccessorTest extends NestAccessorContract {
    private final MapFactory factory = new KernelMapFactory();

    @Override
    MapFactory factory() {
        return factory;
    }

    @Override
    boolean hasPrograms() {
        return true;
    }
}
