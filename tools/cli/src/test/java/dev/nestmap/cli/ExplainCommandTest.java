/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import java.io.IOException;
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
import org.junit.jupiter.params.provider.CsvSource;
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
        String log = "libbpf: prog 'count': BPF program load failed: Permission denied\n"
                + "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n" + LOG
                + "-- END PROG LOAD LOG --\nlibbpf: prog 'count': failed to load: -13\n";
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "program count, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** cilium/ebpf prints the log with {@code %+v}: each line begins with a tab. */
    @Test
    void explainsTheLogOfALoaderInGo() throws IOException {
        String log = "2026/11/26 12:00:00 field Count: program count: load program: permission denied:\n"
                + LOG.indent(1).replaceAll("(?m)^ ", "\t");
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** What services put around the lines of their loaders: the same error must be found in each of them. */
    static Stream<Arguments> wrappings() {
        Function<String, String> json =
                line -> line.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
        return Stream.of(
                lines("journald", line -> "Nov 27 10:11:12 node7 agent[4211]: " + line),
                lines("journald of a unit", line -> "2026-11-27T10:11:12+0100 node7 agent[4211]: " + line),
                lines("a timestamp", line -> "2026/11/27 10:11:12 " + line),
                lines("klog", line -> "E1127 10:11:12.123456       1 loader.go:55] " + line),
                lines("CRI", line -> "2026-11-27T10:11:12.123456789Z stderr F " + line),
                lines("compose", line -> "agent-1  | " + line),
                lines("a tag", line -> "[agent] " + line),
                lines(
                        "json-file of Docker",
                        line -> "{\"log\":\"" + json.apply(line)
                                + "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-27T10:11:12.123456789Z\"}"),
                lines(
                        "journalctl -o json",
                        line -> "{\"_PID\":\"4211\",\"MESSAGE\":\"" + json.apply(line) + "\",\"PRIORITY\":\"6\"}"),
                lines("logfmt", line -> "time=\"2026-11-27T10:11:12Z\" level=info msg=\"" + json.apply(line) + "\""),
                Arguments.of(
                        "zap",
                        "{\"level\":\"error\",\"msg\":\"start\",\"error\":\"load program: permission denied:\\n"
                                + json.apply(LOG).replace("\n", "\\n") + "\"}\n"),
                Arguments.of(
                        "logrus",
                        "time=\"2026-11-27T10:11:12Z\" level=fatal msg=\"load program: permission denied:\\n"
                                + json.apply(LOG).replace("\n", "\\n") + "\"\n"),
                Arguments.of(
                        "Debug of Rust",
                        "Error: LoadError { io_error: Os { code: 13 }, verifier_log: VerifierLog(\""
                                + json.apply(LOG).replace("\n", "\\n") + "\") }\n"),
                lines("precision", line -> (isInstruction(line) ? PRECISION : "") + line),
                lines(
                        "precision in a journal",
                        line -> ((isInstruction(line) ? PRECISION : "") + line)
                                .indent(1)
                                .lines()
                                .map(part -> "Apr 01 10:41:53 node7 agent[1]: " + part.strip())
                                .collect(Collectors.joining("\n"))),
                Arguments.of(
                        "one line and all lines",
                        "x_test.go:245: Error: program count: load program: permission denied: 7: (79) r1 = *(u64 *)(r0"
                                + " +8): R0 invalid mem access 'map_value_or_null' (646 line(s) omitted)\n"
                                + "    Verifier error tail: load program: permission denied:\n    \t(638 line(s) omitted)\n"
                                + LOG.indent(4)),
                Arguments.of("lines behind it", LOG + "agent: giving up\nagent: bye\n"),
                Arguments.of(
                        "lines of others",
                        ("Nov 27 10:11:11 node7 kernel: eth0: up\n" + LOG)
                                .lines()
                                .map(line -> line.startsWith("Nov")
                                        ? line
                                        : "Nov 27 10:11:12 node7 agent[4211]: " + line
                                                + "\nNov 27 10:11:12 node7 sshd[17]: Accepted publickey for root")
                                .collect(Collectors.joining("\n"))));
    }

    private static boolean isInstruction(String line) {
        return line.matches("\\d+: .*");
    }

    private static Arguments lines(String name, Function<String, String> wrap) {
        return Arguments.of(name, LOG.lines().map(wrap).collect(Collectors.joining("\n", "", "\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappings")
    void findsTheErrorInTheLogOfAService(String name, String log) throws IOException {
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** cilium/ebpf prints an error without %+v as one line, with the last line or two of the log. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "load program: permission denied: 0: (71) r0 = *(u8 *)(r1 +169): invalid bpf_context access off=169 size=1 (2 line(s) omitted)"
                        + "| invalid bpf_context access off=169 size=1 | this program type may not read or write this field",
                "E1127 10:11:12.1  1 main.go:9] field Count: program count: load program: invalid argument: Unreleased reference id=2 alloc_insn=5 (12 line(s) omitted)"
                        + "| Unreleased reference id=2 alloc_insn=5 | release the reference on each path",
                "loading: load program: permission denied: 7: (79) r1 = *(u64 *)(r0 +8): R0 invalid mem access 'map_value_or_null' (5 line(s) omitted)"
                        + "| R0 invalid mem access 'map_value_or_null' | compare the result with NULL first",
            })
    void findsTheErrorInOneLine(String log, String error, String remedy) throws IOException {
        assertThat(explain(log + "\n").out(ExitCode.FOUND))
                .contains("  error   " + error + "\n", "  remedy  " + remedy);
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

    /** Somebody copies only the error, or a service logs only the last line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jump out of range from insn 3 to 9 | jump out of range from insn 3 to 9 | leads nowhere",
                "agent[7]: load: jump out of range from insn 3 to 9 | jump out of range from insn 3 to 9 | leads nowhere",
                "Error: the BPF_PROG_LOAD syscall failed. Verifier output: unreachable insn 4 | unreachable insn 4 | leads nowhere",
                "R0 invalid mem access 'map_value_or_null' | R0 invalid mem access 'map_value_or_null' | compare the result with NULL",
                "R1 type=scalar expected=map_ptr | R1 type=scalar expected=map_ptr | the loader did not resolve the map",
                "At program exit the register R0 has smin=5 smax=5 should have been in [0, 3]"
                        + "| At program exit the register R0 has smin=5 smax=5 should have been in [0, 3] | return one of the values",
            })
    void findsAKnownErrorAlone(String log, String error, String remedy) throws IOException {
        assertThat(explain("12:00:01 the service starts\n" + log + "\nagent: bye\n")
                        .out(ExitCode.FOUND))
                .contains("  error   " + error + "\n", remedy);
    }

    @Test
    void findsBothLinesOfAKnownErrorAlone() throws IOException {
        assertThat(explain("invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)\n"
                                + "R1 min value is outside of the allowed memory range\n")
                        .out())
                .contains(
                        "error   invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0); R1 min value", "data_end");
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
                        "  remedy  call the function before bpf_spin_lock or after bpf_spin_unlock");
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
                "the tower leans\n"
            })
    void otherLinesAreNoLogOfTheVerifier(String log) throws IOException {
        assertThat(explain(log).err(ExitCode.FAILED)).contains("these lines have no log of the verifier");
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
