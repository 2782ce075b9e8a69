/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Proves {@link MapIdentityContract} for maps in the kernel. */
@KernelTest
class KernelMapIdentityTest extends MapIdentityContract implements KernelMaps {
    @Test
    void theBootIdIsTheKernels() throws IOException {
        try (Network network = Network.of(factory())) {
            network.tenant().create(42L);
            try (DrainedMap<FlowMap> rotatedTicket =
                    DrainedMap.of(network.tenant().rotate(42L))) {
                assertThat(requireNonNull(rotatedTicket.identity()).bootId())
                        .hasToString(Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                                .strip());
            }
        }
    }
}
