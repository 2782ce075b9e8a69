/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets pass as the limits allow. */
@Tag("jdk-independent")
@Tag("kernel")
class RateLimitsDemoTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    /** Runs the example in its own process, because only the calling thread enters a network namespace. */
    @Test
    void passesWhatTheLimitsAllow() throws Exception {
        Process demo = new ProcessBuilder(inNetworkNamespace())
                .redirectErrorStream(true)
                .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = demo.waitFor();

        boolean ran = status != RateLimitsDemo.NOT_RUN && output.startsWith("Each customer");
        if (!ran && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs or no network namespaces: " + output);
        }
        assertThat(status).as(output).isEqualTo(RateLimitsDemo.AS_ALLOWED);
        assertThat(output.lines().filter(line -> line.startsWith("  127.0.0.")))
                .as(output)
                .hasSize(7);
    }

    private static List<String> inNetworkNamespace() {
        return List.of(
                "unshare",
                "--net",
                "sh",
                "-c",
                "ip link set lo up && exec \"$@\"",
                "sh",
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RateLimitsDemo.class.getName());
    }
}
