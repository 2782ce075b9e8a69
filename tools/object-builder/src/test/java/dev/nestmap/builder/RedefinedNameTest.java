/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name that two headers define is explained with its record. */
class RedefinedNameTest {
    /** What clang 19 prints for a {@code record Tcphdr} in a program that includes {@code linux/tcp.h}. */
    private static final String OUTPUT = """
            In file included from src/main/bpf/b.bpf.c:5:
            /m/include/x/b.bpf.h:20:8: error: redefinition of 'tcphdr'
               20 | struct tcphdr {
                  |        ^
            /usr/include/linux/tcp.h:25:8: note: previous definition is here
               25 | struct tcphdr {
                  |        ^
            In file included from src/main/bpf/b.bpf.c:5:
            /m/include/x/b.bpf.h:73:8: error: no member named 'port' in 'struct tcphdr'
               73 |         copy->port = key->port;
                  |         ~~~~  ^
            /m/include/x/b.bpf.h:191:16: error: static assertion failed due to requirement 'sizeof(struct tcphdr) == 8': size of struct tcphdr is not 8, as Java expects
              191 | _Static_assert(sizeof(struct tcphdr) == 8, "size of struct tcphdr is not 8, as Java expects");
                  |                ^~~~~~~~~~~~~~~~~~~~~~~~~~
            src/main/bpf/b.bpf.c:9:2: error: use of undeclared identifier 'tcphdr'
            4 errors generated.
            """;

    private static final List<ClangDiagnostic> DIAGNOSTICS =
            ClangDiagnosticReader.parse(new ProcessRunner.Output(1, OUTPUT));

    @Test
    void namesTheRecordAndTheHeader() {
        assertThat(DIAGNOSTICS).hasSize(4);
        assertThat(RedefinedName.in(DIAGNOSTICS.get(0)))
                .hasValue(new RedefinedName("tcphdr", "/m/include/x/b.bpf.h", "/usr/include/linux/tcp.h"))
                .map(RedefinedName::remedy)
                .hasValue(
                        "the records define tcphdr in C, and linux/tcp.h does, too: give the record or enum another name in C, for"
                                + " example @Name(\"my_tcphdr\"), or declare that it is the type of this header with"
                                + " @External(header = \"linux/tcp.h\")");
    }

    @Test
    void explainsTheErrorsThatFollowInTheHeader() {
        RedefinedName name = RedefinedName.in(DIAGNOSTICS.get(0)).orElseThrow();

        assertThat(DIAGNOSTICS).map(name::explains).containsExactly(false, true, true, false);
    }

    /** The generated header may be included first. The other one can be the program's own, which a record can't name with its path. */
    @Test
    void findsTheGeneratedHeaderInTheNote() {
        ClangDiagnostic error = new ClangDiagnostic(
                Level.ERROR,
                "/m/src/main/bpf/own.h:[3,6]",
                "redefinition of 'color'",
                List.of("  included from b.bpf.c:[4]", "/m/include/x/b.bpf.h:[9,6] note: previous definition is here"));

        assertThat(RedefinedName.in(error))
                .hasValue(new RedefinedName("color", "/m/include/x/b.bpf.h", "/m/src/main/bpf/own.h"))
                .map(RedefinedName::remedy)
                .hasValue(
                        "the records define color in C, and /m/src/main/bpf/own.h does, too: give the record or enum another name"
                                + " in C, for example @Name(\"my_color\")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redefinition of 'iphdr' | iphdr",
                "redefinition of enumerator 'TCP_CLOSE' | TCP_CLOSE",
                "typedef redefinition with different types ('int' vs 'long') | ",
                "redefinition of 'flow' as different kind of symbol | flow",
                "use of 'flow' with tag type that does not match previous declaration | flow",
                "no member named 'x' in 'struct iphdr' | "
            })
    void readsTheWordsOfClang(String message, String name) {
        ClangDiagnostic error = new ClangDiagnostic(
                Level.ERROR,
                "/m/include/x/b.bpf.h:[9,6]",
                message,
                List.of("/usr/include/linux/ip.h:[9,6] note: previous definition is here"));

        assertThat(RedefinedName.in(error).map(RedefinedName::name)).isEqualTo(Optional.ofNullable(name));
    }
}
