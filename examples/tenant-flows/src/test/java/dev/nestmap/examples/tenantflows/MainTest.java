/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The example prints the counts of each tenant, in memory and with real traffic. */
class MainTest {
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
    @KernelTest
    @Test
    void countsRealTrafficOnLoopback() throws Exception {
        String output = new ChildVm().inNetworkNamespace().run(Main.class, "--datagrams", "1000");

        assertThat(output).startsWith("XDP program");
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
}
