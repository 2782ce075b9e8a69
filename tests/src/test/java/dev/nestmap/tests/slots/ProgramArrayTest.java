/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.slots.Stages.Stage;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Program arrays, which Java fills and changes. */
@KernelTest
class ProgramArrayTest {
    @AutoClose
    private final StagesBpf bpf = load(InstalledClang.newest());

    @InstalledClang.Each
    void programsAreInTheirSlots(InstalledClang clang) {
        try (StagesBpf loaded = load(clang)) {
            assertThat(run(loaded)).isEqualTo(10);
            assertThat(loaded.step().programId(Stage.PARSE))
                    .isEqualTo(loaded.program("parse").id());
            assertThat(loaded.step().contains(Stage.COUNT)).isFalse();
            assertThat(loaded.step().programId(Stage.DROP))
                    .isEqualTo(loaded.program("drop_all").id());
            assertThat(loaded.plain().contains(0L)).isFalse();
        }
    }

    @Test
    void javaChangesWhereProgramsJumpTo() {
        bpf.step().put(Stage.COUNT, bpf.program("count_one"));
        assertThat(run(bpf)).isEqualTo(30);
        assertThat(bpf.step().remove(Stage.DROP)).isTrue();
        assertThat(run(bpf)).isEqualTo(20);
        assertThat(bpf.step().remove(Stage.DROP)).isFalse();
        bpf.step().put(Stage.PARSE, bpf.program("on_drop"));
        assertThat(run(bpf)).isEqualTo(102);
        assertThat(bpf.step().programId(Stage.PARSE))
                .isEqualTo(bpf.program("on_drop").id());
        assertThat(bpf.step().programId(Stage.DROP)).isNull();
    }

    @Test
    void refusedUpdatesAreExplained() {
        UntypedProgram other = bpf.program("another_type");
        assertBpfException(() -> bpf.step().put(Stage.COUNT, other))
                .isOf("update")
                .onMap("step")
                .atKey(Stage.COUNT)
                .hasErrno(Errno.EINVAL)
                .hasMessageContaining(
                        "program another_type of SEC(\"socket\") differs from program start of SEC(\"xdp\"), program parse of SEC(\"xdp\")")
                .hasMessageContaining("Use a separate array for each section");
        assertBpfException(() -> bpf.plain().put(4L, bpf.program("parse")), "the map only has the indices 0 to 3")
                .hasErrno(Errno.E2BIG);
        StagesBpf closed = load(InstalledClang.newest());
        UntypedProgram unloaded = closed.program("parse");
        closed.close();
        assertThatThrownBy(() -> bpf.plain().put(0L, unloaded)).hasMessageContaining("object stages has been closed");
    }

    private static StagesBpf load(InstalledClang clang) {
        StagesBpf bpf = StagesBpf.load(BpfObjects.of("stages", clang));
        bpf.step().put(Stage.PARSE, bpf.program("parse"));
        bpf.step().put(Stage.DROP, bpf.program("drop_all"));
        return bpf;
    }

    private static int run(StagesBpf bpf) {
        return bpf.program("start").testRun(new byte[64]).returnValue();
    }
}
