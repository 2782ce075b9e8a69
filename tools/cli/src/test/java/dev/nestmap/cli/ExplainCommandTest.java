/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved log of the verifier is explained as at a load. */
class ExplainCommandTest {
    private static final String LOG = """
            ; total = bpf_map_lookup_elem(&totals, &key); @ flows.bpf.c:32
            6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=totals,ks=4,vs=64)
            ; total[1]++; @ flows.bpf.c:33
            7: (79) r1 = *(u64 *)(r0 +8)
            R0 invalid mem access 'map_value_or_null'
            processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
            """;

    private static final String EXPLAINED = """
              code    total[1]++;
              error   R0 invalid mem access 'map_value_or_null'
              reason  the result of bpf_map_lookup_elem is used before it is compared with NULL
              remedy  compare the result with NULL first
            """;

    @TempDir
    private Path directory;

    private CommandRun explain(String log) throws IOException {
        return CommandRun.of(
                "explain", Files.writeString(directory.resolve("log"), log).toString());
    }

    @Test
    void explainsTheLogOfLibbpf() throws IOException {
        String log = "libbpf: prog 'count': BPF program load failed: Permission denied\n"
                + "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n" + LOG
                + "-- END PROG LOAD LOG --\nlibbpf: prog 'count': failed to load: -13\n";
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "program count, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** A loader in Go prints no line before and behind it. */
    @Test
    void explainsTheLogAlone() throws IOException {
        assertThat(explain(LOG))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
    }

    /** cilium/ebpf prints the log with {@code %+v}: each line begins with a tab. */
    @Test
    void explainsTheLogOfALoaderInGo() throws IOException {
        String log = "2026/11/26 12:00:00 field Count: program count: load program: permission denied:\n"
                + LOG.indent(1).replaceAll("(?m)^ ", "\t");
        assertThat(explain(log))
                .isEqualTo(new CommandRun(ExitCode.FOUND, "the program, flows.bpf.c:33\n" + EXPLAINED, ""));
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
            "",
            "libbpf: map 'flows': failed to create: -22\n",
            "12:00:01 the service starts\nException: connection refused\n",
            "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --\n0: (b7) r0 = 0\n-- END PROG LOAD LOG --\nlibbpf: failed to load\n"
        }) {
            assertThat(explain(log))
                    .isEqualTo(new CommandRun(ExitCode.OK, "the log has no error of the verifier\n", ""));
        }
        assertThat(CommandRun.of("explain", directory.resolve("none").toString())
                        .exitCode())
                .isEqualTo(ExitCode.FAILED);
    }
}
