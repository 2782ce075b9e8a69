/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * During upgrades under traffic in namespaces of its own, both versions together count each datagram once. {@code -Dnestmap.upgrades=50} does
 * as many as the demo, every night.
 */
@Tag("long")
class RollingUpgradeTest {
    private static final String UPGRADES = System.getProperty("nestmap.upgrades", "3");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--upgrades 0 | --upgrades takes a whole number from 1 to 1000000, not \"0\"",
                "--upgrades ten | --upgrades takes a whole number from 1 to 1000000, not \"ten\"",
                "--seed | --seed takes a whole number from -9223372036854775808 to 9223372036854775807, not \"\"",
                "-n 3 | there is no option -n; the options are --upgrades NUMBER and --seed NUMBER"
            })
    void namesTheOptionThatIsWrong(String arguments, String message) throws Exception {
        Process demo = new ChildVm().start(RollingUpgrade.class, arguments.split(" "));

        assertThat(new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("Could not run: " + message + "\n");
        assertThat(demo.waitFor()).isEqualTo(RollingUpgrade.NOT_RUN);
    }

    @KernelTest
    @Test
    void bothVersionsTogetherCountEachDatagramOnce() throws Exception {
        Process demo = new ChildVm()
                .startedBy("sh", "-c", "mount -t bpf bpf /sys/fs/bpf && \"$@\" && ls /sys/fs/bpf", "sh")
                .startedBy("unshare", "--mount")
                .inNetworkNamespace()
                .start(RollingUpgrade.class, "--upgrades", UPGRADES);
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor()).as(output).isEqualTo(RollingUpgrade.EQUAL);
        assertThat(output).contains("upgrades " + UPGRADES).contains(": equal");
        assertThat(output).as("pins that are left").doesNotContain("nestmap-rolling-upgrade");
    }
}
