/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the example briefly, with a few kills. */
@Tag("jdk-independent")
class KernelFleetTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    @Test
    void theTotalsAreWhatWasSent() throws Exception {
        Process demo = new ProcessBuilder(List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--minutes",
                        "0.1",
                        "--kills",
                        "3"))
                .redirectErrorStream(true)
                .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = demo.waitFor();

        if (!canRun() && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs, or clang is not installed: " + output);
        }
        assertThat(status).as(output).isZero();
        assertThat(output).contains("difference      0").contains("0 messages twice");
    }

    private static boolean canRun() {
        return "root".equals(System.getProperty("user.name"))
                && Files.isWritable(Path.of("/sys/fs/bpf"))
                && KernelFleetTest.class.getResource("/META-INF/bpf/fleet.bpf.o") != null;
    }
}
