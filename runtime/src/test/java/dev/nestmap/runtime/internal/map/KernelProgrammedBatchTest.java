/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ProgrammedMaps;
import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link BatchContract} for batches that are changed by a program. */
@KernelTest
class KernelProgrammedBatchTest extends BatchContract implements KernelMaps {
    @Override
    public MapFactory factory() {
        return new ProgrammedMaps("m");
    }
}
