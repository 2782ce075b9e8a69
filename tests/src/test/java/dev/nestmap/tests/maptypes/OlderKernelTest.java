/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.Test;

/** Proves that an object with a map type, flag or lock that this kernel does not have is refused with its name. */
@KernelTest
class OlderKernelTest {
    @Test
    void theErrorNamesTheVersionThatBroughtTheFlag() {
        assumeThat(KernelFeature.RB_OVERWRITE.isPresent())
                .as("the kernel has ring buffers that overwrite")
                .isFalse();

        assertBpfException(() -> RecordersBpf.load(BpfObjects.of("recorders")))
                .hasErrno(Errno.EINVAL)
                .hasMessageContaining("this kernel has no RB_OVERWRITE: it came with Linux 6.19");
        assertBpfException(() -> RecordersBpf.RECORDER_MAP.create(), "Linux 6.19")
                .hasErrno(Errno.EINVAL);
    }

    /** Without records, nothing allows another type. */
    @Test
    void theErrorNamesTheVersionThatBroughtTheType() {
        assumeThat(KernelFeature.RHASH.isPresent()).as("the kernel has RHASH").isFalse();

        assertBpfException(() -> Nestmap.open(BpfObjects.of("resized")).load())
                .hasErrno(Errno.EINVAL)
                .hasMessageContaining("this kernel has no RHASH: it came with Linux 7.2");
    }

    @Test
    void theErrorNamesTheVersionThatBroughtLocksInInnerMaps() {
        assumeThat(KernelFeature.LOCKS_IN_INNER_MAPS.isPresent())
                .as("the kernel has locks in inner maps")
                .isFalse();

        assertBpfException(() -> Nestmap.open(BpfObjects.of("managed")).load())
                .hasMessageContaining("if inner maps of map locked_by have a bpf_spin_lock: this kernel has no"
                        + " LOCKS_IN_INNER_MAPS: it came with Linux 6.2");
    }

    /** The kernel decides, because it can be newer than Nestmap. */
    @Test
    void theErrorNamesATypeThatNestmapDoesNotKnow() {
        assertBpfException(() -> Nestmap.open(BpfObjects.of("newer_type")).load(), "map newer has the map type 99")
                .hasErrno(Errno.EINVAL);
    }
}
