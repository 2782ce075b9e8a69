/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** A test without an option of the kernel is skipped, or fails if kernel tests are required. */
class KernelOptionTest {
    /** Skipped if the kernel lacks the option; {@code -Dkernel.options=all} makes it fail instead. */
    @KernelTest
    @ParameterizedTest
    @EnumSource
    void theKernelHasTheOption(KernelOption option) {
        option.assume();
    }

    @ParameterizedTest
    @CsvSource({
        "LSM, aarch64, 6.1.0-56-cloud-arm64, false",
        "FENTRY, aarch64, 6.1.0-56-cloud-arm64, false",
        "FENTRY, aarch64, 6.4.0, true",
        "FENTRY, amd64, 6.1.0-56-cloud-amd64, true",
        "KPROBES, aarch64, 6.1.0-56-cloud-arm64, true"
    })
    void expectsTrampolinesOnArm64SinceLinux64(
            KernelOption option, String architecture, String version, boolean possible) {
        assertThat(option.isPossible(architecture, version)).isEqualTo(possible);
    }

    @Test
    void skipsWithoutTheOption() {
        assertThatThrownBy(() -> KernelOption.LSM.assume("EPERM", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no LSM: it needs CONFIG_BPF_LSM")
                .hasMessageContaining("(EPERM)");
    }

    @Test
    void failsWithoutARequiredOption() {
        assertThatThrownBy(() -> KernelOption.LSM.assume("EPERM", true)).isInstanceOf(AssertionError.class);
    }

    @Test
    void runsWithTheOption() {
        assertThatCode(() -> KernelOption.LSM.assume("", true)).doesNotThrowAnyException();
    }
}
