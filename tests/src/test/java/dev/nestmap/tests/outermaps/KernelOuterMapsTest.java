/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.outermaps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.outermaps.Unwinding.StackDelta;
import dev.nestmap.tests.toolchain.BpfObjects;

/** Programs choose one of several outer maps of a record. */
@KernelTest
class KernelOuterMapsTest extends OuterMapsContract {
    @Override
    protected UnwindingBpf open() {
        return UnwindingBpf.load(BpfObjects.of("unwinding"));
    }

    @InstalledClang.Each
    void aProgramChoosesAnOuterMap(InstalledClang clang) {
        try (UnwindingBpf unwinding = UnwindingBpf.load(BpfObjects.of("unwinding", clang))) {
            unwinding.exeIdTo8StackDeltas().create(7).put(new StackDelta((1 << 8) - 1, 1, 0));
            unwinding.exeIdTo9StackDeltas().create(7).put(new StackDelta((1 << 9) - 1, 20, 0));
            unwinding.exeIdTo10StackDeltas().create(7).put(new StackDelta((1 << 10) - 1, 300, 0));

            assertThat(unwinding.program("sum").testRun(new byte[64]).returnValue())
                    .isEqualTo(321);
        }
    }
}
