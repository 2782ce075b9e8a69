/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A saved log of the verifier is explained as at a load. */
@SuppressWarnings("StringConcatToTextBlock") // logs of services put other text into the lines
class ExplainCommandTest {
    private static final String LOG = """
            ; total = bpf_map_lookup_elem(&totals, &key); @ flows.bpf.c:32
            6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=totals,ks=4,vs=64)
            ; total[1]++; @ flows.bpf.c:33
            7: (79) r1 = *(u64 *)(r0 +8)
            R0 invalid mem access 'map_value_or_null'
            processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
            """;

    /** What kernels before 6.8 say about an instruction before they show it. */
    private static final String PRECISION = "last_idx 107 first_idx 0\nregs=4 stack=0 before 106: (bf) r4 = r5\n"
            + "regs=4 stack=0 before 105: (bf) r3 = r7\n";

    private static final String ADDITION = "; i++; @ flows.bpf.c:12\n5: (07) r1 += 1    ; R1=scalar()\n";

    private static final String EXPLAINED = """
              code    total[1]++;
              error   R0 invalid mem access 'map_value_or_null'
              reason  the result of bpf_map_lookup_elem is used before it is compared with NULL
              remedy  compare the result with NULL first
            """;

    @TempDir
    private Path directory;

    private CommandRun explain(String log) throws IOException {
        return CommandRun.of("explain", Files.writeString(directory.resolve("log"), log));
    }

    @Test
    void explainsTheLogOfLibbpf() throws IOException {
        assertThat(explain(libbpf(LOG)))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "program count, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    private static String libbpf(String log) {
        return "libbpf: prog 'count': BPF program load failed: Permission denied\n"
                + "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n" + log
                + "-- END PROG LOAD LOG --\nlibbpf: prog 'count': failed to load: -13\n";
    }

    /** cilium/ebpf prints the log with {@code %+v}: each line begins with a tab. */
    @Test
    void explainsTheLogOfALoaderInGo() throws IOException {
        String log = "2026/11/26 12:00:00 field Count: program count: load program: permission denied:\n"
                + LOG.indent(1).replaceAll("(?m)^ ", "\t");
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** The exception of a load, as a logger writes it: with the frames of its stack, and perhaps as the cause of another exception. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 200})
    void explainsTheExceptionOfNestmap(int instructions) throws IOException {
        BpfException refused = BpfException.of(Reason.REJECTED_BY_VERIFIER, "load of object flows")
                .log(libbpf(ADDITION.repeat(instructions) + LOG).lines().toList())
                .build();
        StringWriter log = new StringWriter();
        log.write("2026-11-26 12:00:00 ERROR [main] agent: the service can't start\n");
        new IllegalStateException("no counters", refused).printStackTrace(new PrintWriter(log));
        log.write("2026-11-26 12:00:01 INFO [main] agent: 0: (b7) is no instruction\n");

        assertThat(explain(log.toString()))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "program count, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** Plain text with other lines around it, or between its own. */
    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of(
                        "precision",
                        LOG.lines()
                                .map(line -> (isInstruction(line) ? PRECISION : "") + line)
                                .collect(Collectors.joining("\n", "", "\n"))),
                Arguments.of(
                        "one line and all lines",
                        "x_test.go:245: Error: program count: load program: permission denied: 7: (79) r1 = *(u64 *)(r0"
                                + " +8): R0 invalid mem access 'map_value_or_null' (646 line(s) omitted)\n"
                                + "    Verifier error tail: load program: permission denied:\n    \t(638 line(s) omitted)\n"
                                + LOG.indent(4)),
                Arguments.of("lines behind it", LOG + "agent: giving up\nagent: bye\n"));
    }

    private static boolean isInstruction(String line) {
        return line.matches("\\d+: .*");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void findsTheErrorBetweenOtherLines(String name, String log) throws IOException {
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** Aya begins the log in the line of its own error, and a program without a path to its end has no instruction in the log. */
    @Test
    void findsTheErrorBehindTheWordsOfAya() throws IOException {
        assertThat(explain(
                                "Error: the BPF_PROG_LOAD syscall failed. Verifier output: last insn is not an exit or jmp\n"
                                        + "processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0\n\nCaused by:\n    Invalid argument\n")
                        .out())
                .contains(
                        "  error   last insn is not an exit or jmp\n",
                        "  remedy  the code of a function ends without a return");
    }

    /** A logger or an older build of Nestmap may cut the log in other ways. */
    @Test
    void readsNoStackTraceAsAnError() throws IOException {
        String frames =
                "\tat dev.nestmap.runtime.OpenObject.load(OpenObject.java:259)\n\t... 12 more\nCaused by: x: y\n";
        String lastFirst = LOG + "-- END PROG LOAD LOG --\n  ... 18 lines omitted; the log begins with:\n"
                + "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n" + ADDITION + frames;
        String cut = "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n" + LOG + frames;

        for (String log : new String[] {lastFirst, cut}) {
            assertThat(explain("dev.nestmap.runtime.error.BpfException: load of object flows\n" + log))
                    .isEqualTo(new CommandRun(ExitCode.FOUND, "program count, flows.bpf.c:33\n" + EXPLAINED, ""));
        }
    }

    /** {@code anyhow} numbers the causes. */
    @Test
    void findsTheErrorBehindTheNumberOfACause() throws IOException {
        assertThat(explain(
                                "Error: failed to load\n\nCaused by:\n    0: the BPF_PROG_LOAD syscall failed. Verifier output: combined"
                                        + " stack size of 3 calls is 576. Too large\n       processed 88 insns (limit 1000000)"
                                        + " max_states_per_insn 1\n    1: Permission denied (os error 13)\n")
                        .out())
                .contains(
                        "  error   combined stack size of 3 calls is 576. Too large\n",
                        "  remedy  a program and the functions");
    }

    /** What is known of a type of argument before the error is a warning. */
    @Test
    void takesNoWarningForTheError() throws IOException {
        assertThat(explain(
                                "Error: the BPF_PROG_LOAD syscall failed. Verifier output: R1 type=ctx expected=fp\n"
                                        + "reg type unsupported for arg#0 function tenant_of#31\n"
                                        + "math between map_value pointer and register with unbounded min value is not allowed\n"
                                        + "verification time 950 usec\nprocessed 88 insns (limit 1000000) max_states_per_insn 1\n")
                        .out())
                .contains(
                        "  error   math between map_value pointer and register with unbounded min value is not allowed\n",
                        "  remedy  give the number an upper and a lower bound");
    }

    /** cilium/ebpf without {@code %+v}: often the only line that a service logs. */
    @Test
    void explainsTheOneLineOfALoaderInGo() throws IOException {
        assertThat(explain(
                                "opening collection: program on_exit: load program: invalid argument: program of this type cannot use"
                                        + " helper bpf_probe_read#4 (13 line(s) omitted)\n")
                        .out())
                .contains(
                        "  error   program of this type cannot use helper bpf_probe_read#4\n",
                        "/sys/kernel/security/lockdown");
        assertThat(explain(
                                "program count: load program: permission denied: 7: (79) r1 = *(u64 *)(r0 +8): R0 invalid mem access"
                                        + " 'map_value_or_null' (646 line(s) omitted)\n")
                        .out())
                .contains(
                        "  error   R0 invalid mem access 'map_value_or_null'\n",
                        "  reason  a pointer that may be NULL is used before it is compared with NULL\n");
    }

    /** If the error has a known cause besides the verifier's. */
    @Test
    void readsTheOneLineOfALoaderInGoWithAHint() throws IOException {
        assertThat(explain(
                                "load program: bad address (hit verifier bug, increase LogSizeStart to fit the log and check dmesg):"
                                        + " The sequence of 8193 jumps is too complex. (12 line(s) omitted)\n")
                        .out())
                .contains(
                        "  error   The sequence of 8193 jumps is too complex\n",
                        "  remedy  the verifier follows each path");
    }

    /** Lines that loaders print in front of a log without an instruction. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bpf: Failed to load program: Invalid argument\n",
                "Error: the BPF_PROG_LOAD syscall failed. Verifier output: Validating write() func#1...\n",
                "Error: the BPF_PROG_LOAD syscall failed. Verifier output: func#0 @0\n",
                "2026/07/27 Error: bpf Load failed: load program: invalid argument:\n"
            })
    void theLineOfALoaderIsNoPartOfTheError(String line) throws IOException {
        String error = "Global function write() doesn't return scalar. Only those are supported.\n";
        String statistics = "processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0\n";

        assertThat(explain(line + error + statistics).out())
                .contains("  error   Global function write() doesn't return scalar. Only those are supported\n");
    }

    @Test
    void theLineOfALoaderIsNoError() throws IOException {
        assertThat(
                        explain(
                                "Error: bpf Load failed: load program: invalid argument:\n\tprocessed 6750 insns (limit 1000000)\n"))
                .isEqualTo(new CommandRun(ExitCode.OK, "the verifier's log has no error\n", ""));
    }

    /** What services put around the lines of their loaders. Each of them has a command that prints the text. */
    static Stream<Arguments> wrappings() {
        String json = LOG.replace("\"", "\\\"").replace("\n", "\\n");
        return Stream.of(
                lines("journald", line -> "Nov 27 10:11:12 node7 agent[4211]: " + line),
                lines("CRI", line -> "2026-11-27T10:11:12.123456789Z stderr F " + line),
                lines("json-file of Docker", line -> "{\"log\":\"" + line + "\\n\",\"stream\":\"stderr\"}"),
                Arguments.of("zap", "{\"level\":\"error\",\"error\":\"load program:\\n" + json + "\"}\n"),
                Arguments.of("a long string", "{\"error\":\"" + json.repeat(10_000) + "\"}\n"),
                Arguments.of("logfmt", "level=fatal msg=\"load program: permission denied:\\n" + json + "\"\n"));
    }

    private static Arguments lines(String name, Function<String, String> wrap) {
        return Arguments.of(name, LOG.lines().map(wrap).collect(Collectors.joining("\n", "", "\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappings")
    void saysHowToGetTheText(String name, String log) throws IOException {
        assertThat(explain(log).err(ExitCode.FAILED))
                .contains("no log of the verifier as plain text", "journalctl -o cat", "kubectl logs", "jq -r");
    }

    /** The second line alone makes no sense, and the remedy belongs to the first. */
    @Test
    void showsAllLinesOfAnError() throws IOException {
        assertThat(explain(
                                "13: (85) call pc+5\nglobal function calls are not allowed while holding a lock,\nuse static function instead\n"
                                        + "processed 13 insns (limit 1000000) max_states_per_insn 0 total_states 1\n")
                        .out())
                .contains(
                        "  error   global function calls are not allowed while holding a lock, use static function instead\n",
                        "  remedy  make the function static, or call it before bpf_spin_lock or after bpf_spin_unlock");
        assertThat(explain("4: (85) call pc+1\nthe first line\nthe second line\nthe third line\n"
                                + "processed 5 insns (limit 1000000) max_states_per_insn 0 total_states 1\n")
                        .out())
                .contains("  error   the first line; the second line; the third line\n");
        assertThat(explain(
                                "2: (85) call bpf_tail_call#12\nexpected prog array map for tail callprocessed 3 insns (limit 1000000) max\n")
                        .out())
                .contains("  error   expected prog array map for tail call\n", "BPF_MAP_TYPE_PROG_ARRAY");
    }

    @Test
    void saysIfItKnowsNoRemedy() throws IOException {
        assertThat(explain("; x(); @ flows.bpf.c:41\n5: (85) call pc+7\nthe tower leans\n")
                        .out())
                .isEqualTo("""
                        the program, flows.bpf.c:41
                          code    x();
                          error   the tower leans
                          remedy  not known for this error; the lines before it in the log show how the program came there
                        """);
    }

    @Test
    void aLogWithoutAnErrorIsSaidToHaveNone() throws IOException {
        for (String log : new String[] {
            "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n0: (b7) r0 = 0\n-- END PROG LOAD LOG --\nlibbpf: failed to load\n",
            "0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0\n"
        }) {
            assertThat(explain(log)).isEqualTo(new CommandRun(ExitCode.OK, "the verifier's log has no error\n", ""));
        }
    }

    /** That there is no error would be a claim about something that was not read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "libbpf: map 'flows': failed to create: -22\n",
                "12:00:01 the service starts\nException: connection refused\n",
                "the tower leans\n",
                "R0 invalid mem access 'map_value_or_null'\n"
            })
    void otherLinesAreNoLogOfTheVerifier(String log) throws IOException {
        assertThat(explain(log).err(ExitCode.FAILED)).contains("these lines have no log of the verifier");
    }

    /** Such lines come from no kernel, and take no time that grows with the square of their length. */
    @Test
    void aLineWithoutAnEndIsReadToTheMostThatAKernelWrites() throws IOException {
        for (String line :
                new String[] {"1: (00) x: ", "cannot access ptr member x", "; x @ y", "load program: a: 1: (00) x: "}) {
            assertThat(explain("0: (b7) r0 = 0\n" + line.repeat(1_000_000) + "\nprocessed 1 insns\n")
                            .exitCode())
                    .isLessThan(ExitCode.FAILED);
        }
    }

    /** What was not read may have the error. */
    @Test
    void aLogThatIsTooLongIsNotReadInPart() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "0: (b7) r0 = 0\n");
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {'\n'}), 64 << 20);
        }
        assertThat(CommandRun.of("explain", log).err(ExitCode.FAILED))
                .isEqualTo("nestmap: " + log + " has more than 64 MiB; pass the part with the verifier's log\n");
    }

    @Test
    void aMissingFileIsAnError() {
        assertThat(CommandRun.of("explain", directory.resolve("none")).exitCode())
                .isEqualTo(ExitCode.FAILED);
    }
}
