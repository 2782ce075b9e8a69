/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.slots.PinnedStagesBpf.StepMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import org.junit.jupiter.api.Test;

/** A pinned program array keeps its programs after its object is closed, and the next load uses it. */
@KernelTest
class PinnedProgramArrayTest extends PinningTest {
    @Test
    void programsStayWhileThePinExists() {
        int first;
        try (PinnedStagesBpf bpf = load()) {
            bpf.step().put(0, bpf.program("first"));
            bpf.step().put(2, bpf.program("third"));
            first = bpf.program("first").id();
        }
        try (StepMap.Owned step = PinnedStagesBpf.STEP_MAP.openPinned(fs.path("step"))) {
            assertThat(step.programId(0)).isEqualTo(first);
            assertThat(step.programId(1)).isNull();
            assertThat(step.contains(2)).isTrue();
        }
        try (PinnedStagesBpf bpf = load()) {
            assertThat(run(bpf, 0)).isEqualTo(100);
            assertThat(run(bpf, 1)).isEqualTo(1);
            assertThat(run(bpf, 2)).isEqualTo(102);
        }
    }

    private PinnedStagesBpf load() {
        return PinnedStagesBpf.open(BpfObjects.of("pinned_stages")).pins(pins).load();
    }

    private static int run(PinnedStagesBpf bpf, int stage) {
        return bpf.program("start").testRun(NativeBytes.packet(stage)).returnValue();
    }
}
