/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

class KernelOptionTest {
    /** Where an option is missing this is skipped, and says which; {@code -Dkernel.options=all} makes it fail. */
    @KernelTest
    @ParameterizedTest
    @EnumSource
    void isThereWhereItShouldBe(KernelOption option) {
        option.assume();
    }

    @Test
    void skipsWithoutIt() {
        assertThatThrownBy(() -> KernelOption.LSM.assume("EPERM", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no LSM: it takes CONFIG_BPF_LSM")
                .hasMessageContaining("(EPERM)");
    }

    @Test
    void failsWithoutItWhereAllAreSaidToBeThere() {
        assertThatThrownBy(() -> KernelOption.LSM.assume("EPERM", true)).isInstanceOf(AssertionError.class);
    }

    @Test
    void runsWithIt() {
        assertThatCode(() -> KernelOption.LSM.assume("", true)).doesNotThrowAnyException();
    }
}
