/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example prints the counts of each tenant, in memory and with real traffic. */
@Tag("kernel")
class MainTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    private final List<String> lines = new ArrayList<>();

    @Test
    void countsInMemoryAndMarksEveryLine() throws Exception {
        int status = run("--in-memory", "--datagrams", "300");

        assertThat(status).as(String.join("\n", lines)).isEqualTo(Main.EQUAL);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line).startsWith("[in memory]"))
                .anySatisfy(line -> assertThat(line).endsWith("counted  1,800 datagrams with 422,400 bytes: equal"))
                .anySatisfy(line -> assertThat(line).endsWith("counted  3,600 datagrams with 844,800 bytes: equal"));
    }

    /** Runs the example in its own process, because only the calling thread enters a network namespace and the demo has several. */
    @Test
    void countsRealTrafficOnLoopback() throws Exception {
        Process demo = new ProcessBuilder(inNetworkNamespace("--datagrams", "1000"))
                .redirectErrorStream(true)
                .start();
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = demo.waitFor();

        boolean inKernel = output.startsWith("XDP program");
        if (!inKernel && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs or no network namespaces: " + output);
        }
        assertThat(inKernel).as(output).isTrue();
        assertThat(status).as(output).isEqualTo(Main.EQUAL);
        assertThat(output).contains("12,000 datagrams").doesNotContain("[in memory]");
    }

    @Test
    void listsTheOptionsIfOneIsInvalid() throws Exception {
        assertThat(run("--datagrams", "many")).isEqualTo(Main.NOT_RUN);
        assertThat(run("--fast")).isEqualTo(Main.NOT_RUN);
        assertThat(lines)
                .containsExactly(
                        "Could not run: --datagrams takes a whole number of 1 or more, not \"many\";"
                                + " the options are --in-memory and --datagrams NUMBER",
                        "Could not run: there is no option --fast;"
                                + " the options are --in-memory and --datagrams NUMBER");
    }

    private int run(String... args) throws InterruptedException, ExecutionException {
        return Main.run(lines::add, args);
    }

    private static List<String> inNetworkNamespace(String... args) {
        List<String> command = new ArrayList<>(List.of(
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
                Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }
}
