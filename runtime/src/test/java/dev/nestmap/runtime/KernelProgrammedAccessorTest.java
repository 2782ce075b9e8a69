/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ProgrammedMaps;
import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link AccessorContract} for accessors whose {@code putAll} and {@code removeAll} run a program. */
@KernelTest
class KernelProgrammedAccessorTest extends AccessorContract implements KernelMaps {
    @Override
    public MapFactory factory() {
        return new ProgrammedMaps("flow", "counter");
    }
}
