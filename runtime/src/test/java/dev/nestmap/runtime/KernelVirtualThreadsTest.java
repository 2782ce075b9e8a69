/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Test;

/** Proves {@link VirtualThreadsContract} for maps in the kernel. */
@KernelTest
class KernelVirtualThreadsTest extends VirtualThreadsContract implements KernelMaps {
    private static final int F_GETFD = 1;

    /** The errno of a call is saved in memory outside the Java heap. */
    @Test
    void shareTheMemoryForErrno() throws Exception {
        requireFewBuffers(
                MOST_AT_ONCE,
                () -> assertThat(NativeLibraries.libc().fcntl(0, F_GETFD, 0)).isNotNegative());
    }
}
