/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.Architecture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes are compiled for the right machine. */
@Tag("clang")
class TargetArchOptionTest {
    /** Reads the second argument of a function. Its register is a field of one architecture's {@code struct pt_regs}. */
    private static final String PROBE = """
            #include <linux/bpf.h>
            #include <asm/ptrace.h>
            #include <bpf/bpf_helpers.h>
            #include <bpf/bpf_tracing.h>

            SEC("kprobe/do_unlinkat")
            int BPF_KPROBE(probe, int directory, void *name)
            {
            	return directory + !name;
            }
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "amd64, -D__TARGET_ARCH_x86=",
        "aarch64, -D__TARGET_ARCH_arm64=",
        "s390x, -D__TARGET_ARCH_s390=",
        "ppc64le, -D__TARGET_ARCH_powerpc="
    })
    void isTheMachineThatBuilds(String architecture, String option) {
        assertThat(TargetArchOption.options(Architecture.of(architecture).orElseThrow(), List.of("-Werror")))
                .containsExactly(option);
    }

    @Test
    void isTheOneThatTheUserNames() {
        assertThat(TargetArchOption.options(Architecture.X86, List.of("-D__TARGET_ARCH_arm64")))
                .isEmpty();
        assertThat(TargetArchOption.options(Architecture.X86, List.of("-D", "__TARGET_ARCH_arm64")))
                .isEmpty();
    }

    @Test
    void isUnknown() {
        assertThat(TargetArchOption.options(null, List.of())).isEmpty();
    }

    @Test
    void compilesProbesThatReadArguments() {
        Module module = probe(PROBE);

        assertThat(module.compile("probe", "-Werror").diagnostics()).isEmpty();
    }

    @Test
    void letsAProgramDefineItAgain() {
        String macro = TargetArchOption.options(Architecture.ofThisMachine().orElseThrow(), List.of())
                .get(0);
        String name = macro.substring("-D".length(), macro.length() - 1);
        Module module = probe("#define " + name + "\n" + PROBE);

        assertThat(module.compile("probe", "-Werror").diagnostics()).isEmpty();
    }

    @Test
    void reportsAMachineWithOtherRegisters() {
        Module module = probe(PROBE);

        assertThat(module.compile("probe", "-D__TARGET_ARCH_riscv").diagnostics())
                .isNotEmpty()
                .allMatch(ClangDiagnostic::isError);
    }

    private Module probe(String source) {
        Module module = Module.empty(directory);
        module.write(module.layout().source("probe"), source);
        return module;
    }
}
