/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ProgrammedMaps;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.api.Tag;

/** Proves {@link BatchContract} for batches that are changed by a program. */
@Tag("jdk-independent")
@KernelTest
class KernelProgrammedBatchTest extends BatchContract {
    @Override
    protected MapFactory factory() {
        return new ProgrammedMaps("m");
    }

    @Override
    protected void assume(MapKind kind) {
        KernelAssumptions.assume(kind);
    }
}
