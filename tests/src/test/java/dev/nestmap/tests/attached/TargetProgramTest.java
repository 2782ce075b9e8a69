/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program replaces or traces a function of another BPF program. */
@KernelTest
class TargetProgramTest extends PinningTest {
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;

    @AutoClose
    private final HitsBpf filtering = open().onlyPrograms("filter").load();

    private final UntypedProgram filter = filtering.program("filter");

    @Test
    void aReplacementRunsInPlaceOfTheFunction() {
        KernelOption.FENTRY.assume();
        try (HitCounter counter = load("replacement", filter)) {
            assertThat(verdict()).isEqualTo(XDP_PASS);

            try (KernelLink link = counter.object().program("replacement").attach()) {
                assertThat(link.info().kind()).isEqualTo(KernelLink.Kind.TRACING);
                assertThat(verdict()).isEqualTo(XDP_DROP);
                assertThat(counter.count()).isEqualTo(1);
            }
            assertThat(verdict()).isEqualTo(XDP_PASS);
        }
    }

    @Test
    void aPinnedReplacementStaysAndASecondOneIsRefused() {
        KernelOption.FENTRY.assume();
        LinkPin pin = LinkPin.at(fs.path("replacement")).withUnpinnedMaps();
        try (HitCounter counter = load("replacement", filter)) {
            counter.object().program("replacement").attach().pin(pin);
        }
        assertThat(verdict()).isEqualTo(XDP_DROP);

        try (HitCounter counter = load("replacement", filter)) {
            UntypedProgram second = counter.object().program("replacement");
            assertBpfException(second::attach).hasErrno(Errno.EBUSY);
        }
        Nestmap.openPinnedLink(pin.path()).detach();
        assertThat(verdict()).isEqualTo(XDP_PASS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entry", "exit_of_program"})
    void aProgramIsTraced(String tracer) {
        KernelOption.FENTRY.assume();
        try (HitCounter counter = load(tracer, filter)) {
            counter.object().program(tracer).attach();

            assertThat(verdict()).isEqualTo(XDP_PASS);
            assertThat(counter.count()).isEqualTo(1);
        }
    }

    @Test
    void aReplacementNeedsATarget() {
        assertBpfException(() -> open().onlyPrograms("replacement").load())
                .hasMessageContaining("program replacement of SEC(\"freplace/verdict\") replaces a function of another"
                        + " program: between open and load, name that program with target(\"replacement\", id)");
    }

    @ParameterizedTest
    @CsvSource({
        "nameless, 'program nameless has a target program, but its SEC(\"freplace\") names no function of it: write SEC(\"freplace/FUNCTION\")'",
        "filter, 'program filter has a target program, but its SEC(\"xdp\") names no function of it'",
        "hook, 'program hook has a target program, but its SEC(\"lsm/file_open\") names no function of it'",
        "verdict_changer, 'program verdict_changer has a target program, but its SEC(\"fmod_ret/verdict\") names no function of it'",
        "stranger, 'the target of program stranger has no function other: bpftool btf dump prog id ID lists those that it has'"
    })
    void theFunctionMustExist(String program, String problem) {
        assertBpfException(() -> load(program, filter)).hasMessageContaining(problem);
    }

    @Test
    void theTargetNeedsTypes() {
        try (LoadedObject typeless =
                Nestmap.open(BpfObjects.of("typeless", "-g0")).load()) {
            assertBpfException(() -> load("replacement", typeless.program("pass")))
                    .hasMessageContaining(
                            "the target of program replacement has no types (BTF), which name its functions: compile it with clang -g");
        }
    }

    @Test
    void theTargetMustExist() {
        int unused = -2; // ids grow from 1
        assertBpfException(() -> open().onlyPrograms("replacement")
                        .target("replacement", unused)
                        .load())
                .hasErrno(Errno.ENOENT)
                .hasMessageContaining("the kernel has no program 4294967294, the target of program replacement");
        assertThatThrownBy(() -> open().target("substitute", filter.id()))
                .hasMessageContaining("has no such program, only filter, replacement");
    }

    private int verdict() {
        return filter.testRun(new byte[64]).returnValue();
    }

    private static HitCounter load(String program, Program target) {
        return new HitCounter(
                open().onlyPrograms(program).target(program, target.id()).load());
    }

    private static HitsBpf.Open open() {
        return HitsBpf.open(BpfObjects.of("replaced"));
    }
}
