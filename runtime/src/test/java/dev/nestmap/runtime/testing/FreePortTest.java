/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** No connection takes a port that a test has found before its server listens there. */
class FreePortTest {
    @RepeatedTest(10)
    @EnabledOnOs(OS.LINUX)
    void theKernelGivesItToNobody() throws IOException {
        String[] range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                .get(0) // the kernel gives this file to one call, in which readString takes one byte
                .split("\\s+");

        assertThat(FreePort.find())
                .satisfiesAnyOf(
                        port -> assertThat(port).isLessThan(Integer.parseInt(range[0])),
                        port -> assertThat(port).isGreaterThan(Integer.parseInt(range[1])));
    }
}
