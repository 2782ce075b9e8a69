/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** A test is skipped on an older kernel only, never where the feature should exist. */
class KernelAssumptionsTest {
    /** Skipped on a kernel that is too old for the feature; fails on a newer kernel whose probe does not find it. */
    @KernelTest
    @ParameterizedTest
    @EnumSource
    void everyFeatureOfTheKernelVersionIsFound(KernelFeature feature) {
        KernelAssumptions.assume(feature);
        assertThat(feature.isPresent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-56-cloud-amd64", "5.15.0", "6.8.12+deb"})
    void anOlderKernelSkipsTheTest(String version) {
        assertThatThrownBy(() -> KernelAssumptions.assume(KernelFeature.ARENA, false, version))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("Linux " + version + " has no ARENA, which came with 6.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.9.0", "6.12.117+deb12-cloud-amd64", "7.0-rc1", "7.0"})
    void aNewerKernelWithoutTheFeatureFailsTheTest(String version) {
        assertThatThrownBy(() -> KernelAssumptions.assume(KernelFeature.ARENA, false, version))
                .isInstanceOf(AssertionError.class);
    }

    /** A distribution may backport a feature to an older kernel. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.0"})
    void aKernelWithTheFeatureRunsTheTest(String version) {
        assertThatCode(() -> KernelAssumptions.assume(KernelFeature.ARENA, true, version))
                .doesNotThrowAnyException();
    }
}
