/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

class KernelFeatureTest {
    /** Where a feature is missing this is skipped, and says which; on a kernel that should have it, it fails. */
    @KernelTest
    @ParameterizedTest
    @EnumSource
    void isThereWhereItShouldBe(KernelFeature feature) {
        feature.assume();
        assertThat(feature.isThere()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-56-cloud-amd64", "5.15.0", "6.8.12+deb"})
    void skipsOnAnOldKernel(String version) {
        assertThatThrownBy(() -> KernelFeature.ARENA.assume(false, version))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("Linux " + version + " has no ARENA, which came with 6.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.9.0", "6.12.117+deb12-cloud-amd64", "7.0-rc1", "7.0"})
    void failsOnAKernelThatShouldHaveIt(String version) {
        assertThatThrownBy(() -> KernelFeature.ARENA.assume(false, version)).isInstanceOf(AssertionError.class);
    }

    /** As a distribution's kernel may, that has taken it over from a newer one. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.0"})
    void runsWhereItIsThere(String version) {
        assertThatCode(() -> KernelFeature.ARENA.assume(true, version)).doesNotThrowAnyException();
    }
}
