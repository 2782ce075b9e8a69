/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Proves {@link SharedSettingsContract} for maps in the kernel. */
@KernelTest
class KernelSharedSettingsTest extends SharedSettingsContract {
    @Override
    MapFactory factory() {
        return new KernelMapFactory();
    }

    /** Each of them opens the map for the slot that it does not get. */
    @Test
    void sharesThatFailLeaveNoFilesOpen() throws IOException {
        for (long key = 2; key <= Network.TENANTS; key++) {
            tenants().create(key);
        }
        try (Network other = Network.ofSettings(factory())) {
            long before = openFiles();
            for (int i = 0; i < 4 * Network.TENANTS; i++) {
                assertBpfException(() -> tenants().share(99L, other.tenant().create(1L)), "E2BIG");
                other.tenant().discard(1L);
            }
            assertThat(openFiles() - before).isLessThanOrEqualTo(2 * Network.TENANTS);
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
