/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Upgrades under traffic in a network namespace. {@code -Dnestmap.upgrades=50} does as many as the demo. */
@Tag("jdk-independent")
@Tag("kernel")
class RollingUpgradeTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));
    private static final String UPGRADES = System.getProperty("nestmap.upgrades", "10");

    @Test
    void bothVersionsTogetherCountEachDatagramOnce() throws Exception {
        Process demo = new ProcessBuilder(List.of(
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
                        RollingUpgrade.class.getName(),
                        "--upgrades",
                        UPGRADES))
                .redirectErrorStream(true)
                .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = demo.waitFor();

        boolean ran = output.contains("  counted  ");
        if (!ran && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs or no network namespaces: " + output);
        }
        assertThat(ran).as(output).isTrue();
        assertThat(status).as(output).isEqualTo(RollingUpgrade.EQUAL);
        assertThat(output).contains("upgrades " + UPGRADES).contains(": equal");
        try (Stream<Path> pins = Files.list(Path.of("/sys/fs/bpf"))) {
            String own = "nestmap-rolling-upgrade-" + demo.pid();
            assertThat(pins.map(pin -> String.valueOf(pin.getFileName()))).doesNotContain(own);
        }
    }
}
