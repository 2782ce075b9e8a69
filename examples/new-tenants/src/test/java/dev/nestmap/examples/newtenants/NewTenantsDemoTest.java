/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.newtenants;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Datagrams of new tenants are counted from the first one. */
@Tag("jdk-independent")
@Tag("kernel")
class NewTenantsDemoTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    /** Runs the example in its own process, because only the calling thread enters a network namespace. */
    @Test
    void losesNoDatagramOnLoopback() throws Exception {
        Process demo = new ProcessBuilder(inNetworkNamespace())
                .redirectErrorStream(true)
                .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = demo.waitFor();

        boolean ran = status != NewTenantsDemo.NOT_RUN && output.startsWith("sent");
        if (!ran && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs or no network namespaces: " + output);
        }
        assertThat(status).as(output).isEqualTo(NewTenantsDemo.EQUAL);
        assertThat(output)
                .contains("50,000 datagrams to 1,000 ports", "in the maps of 1,000 ports", "ignored    1,000");
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
                NewTenantsDemo.class.getName());
    }
}
