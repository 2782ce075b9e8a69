/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.syscalls.Syscalls.Call;
import dev.nestmap.runtime.error.BpfException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** System calls of a user are counted once. */
@Tag("jdk-independent")
@Tag("kernel")
class SyscallsDemoTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    /** No user of the system, so that only the test makes its calls. */
    private static final long UID = 61_234;

    /** Numbers of x86-64, or of arm64 (include/uapi/asm-generic/unistd.h). */
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    private static final long READ = X86 ? 0 : 63;
    private static final long WRITE = X86 ? 1 : 64;

    @Test
    void countsEachCallOfAUserOnce() throws Exception {
        try (UserCalls calls = start()) {
            copy(1);
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!calls.drain().containsKey(UID)) {
                assertThat(System.nanoTime()).as("the user got no map").isLessThan(end);
            }
            calls.drain();

            copy(1_000);
            Map<Long, Long> few = counts(calls);
            copy(6_000);
            Map<Long, Long> more = counts(calls);

            assertThat(few.getOrDefault(READ, 0L)).isGreaterThanOrEqualTo(1_000);
            // Starting the program takes the same calls both times.
            assertThat(more.getOrDefault(READ, 0L) - few.getOrDefault(READ, 0L)).isEqualTo(5_000);
            assertThat(more.getOrDefault(WRITE, 0L) - few.getOrDefault(WRITE, 0L))
                    .isEqualTo(5_000);
        }
    }

    @Test
    void printsPlainLinesIntoAPipe() throws Exception {
        // On Linux 6.1 in an emulated machine, it takes seconds until users have maps.
        String output = run(false, "--seconds", Boolean.getBoolean("kernel.emulated") ? "10" : "1");

        assertThat(output)
                .containsPattern("(?m)^root +[\\d,]+ +[\\d,]+  \\w+ [\\d,]+, ")
                .doesNotContain("\033");
        assertThat(output.lines())
                .hasSizeGreaterThanOrEqualTo(4)
                .last()
                .asString()
                .contains(" more before their users had maps");
    }

    @Test
    void replacesTheTableInATerminal() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SyscallsDemo demo = new SyscallsDemo(new PrintStream(out, true, StandardCharsets.UTF_8), true, 1);

        demo.show(List.of("a", "b"), 0);
        demo.show(List.of("c"), 2);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n\033[2A\033[Jc\n");
    }

    @Test
    void namesTheOptionIfAnotherIsGiven() throws Exception {
        assertThat(run(false, "--seconds", "0"))
                .isEqualTo("Could not run: the only option is --seconds NUMBER, from 1 to 999999, not --seconds 0\n");
    }

    @Test
    void sortsUsersByTheirCallsAndCutsLongRows() throws Exception {
        Table table = new Table(new Names(), 51);
        List<Call> busy = List.of(new Call(READ, 10), new Call(WRITE, 2_000), new Call(400, 1), new Call(511, 5));

        table.rows(Map.of(UID, busy), 1);
        List<String> rows = table.rows(Map.of(0L, List.of(new Call(READ, 4)), UID, busy, 1L, List.of()), 2);

        assertThat(rows)
                .containsExactly(
                        "61234              1,008         4,032  " + (X86 ? "write" : "64") + " 1,000",
                        "root                   2             4  " + (X86 ? "read" : "63") + " 2");
        assertThat(table.total()).isEqualTo(4_036);
    }

    private static String run(boolean terminal, String... args) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = SyscallsDemo.run(new PrintStream(out, true, StandardCharsets.UTF_8), terminal, args);
        String output = out.toString(StandardCharsets.UTF_8);
        if (status == SyscallsDemo.NOT_RUN && output.contains("refused") && !KERNEL_REQUIRED) {
            Assumptions.abort("this machine allows no BPF programs: " + output);
        }
        return output;
    }

    private static UserCalls start() {
        try {
            return new UserCalls();
        } catch (BpfException e) {
            Assumptions.assumeTrue(KERNEL_REQUIRED, "this machine allows no BPF programs: " + e.getMessage());
            throw e;
        }
    }

    private static Map<Long, Long> counts(UserCalls calls) {
        Map<Long, Long> counts = new HashMap<>();
        calls.drain().getOrDefault(UID, List.of()).forEach(call -> counts.put(call.number(), call.count()));
        return counts;
    }

    /** Makes so many calls of read and of write as the user. */
    private static void copy(int bytes) throws IOException, InterruptedException {
        List<String> command = List.of(
                "setpriv",
                "--reuid=" + UID,
                "--clear-groups",
                "dd",
                "if=/dev/zero",
                "of=/dev/null",
                "bs=1",
                "count=" + bytes,
                "status=none");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
