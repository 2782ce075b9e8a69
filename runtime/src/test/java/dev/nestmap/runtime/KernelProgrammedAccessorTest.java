/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ProgrammedMaps;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link AccessorContract} for accessors whose {@code putAll} and {@code removeAll} run a program. */
@Tag("jdk-independent")
@KernelTest
class KernelProgrammedAccessorTest extends AccessorContract {
    @Override
    MapFactory factory() {
        return new ProgrammedMaps("flow", "counter");
    }
}
