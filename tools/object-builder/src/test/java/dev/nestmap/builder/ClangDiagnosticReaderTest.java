/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parses recorded output of clang 14, 16 and 19. {@link ClangCompilerTest} runs the compilers. */
class ClangDiagnosticReaderTest {
    @Test
    void readsPlacesDetailsAndIncludes() {
        String text = """
                In file included from /w/a.c:1:
                /w/b.h:1:9: error: use of undeclared identifier 'y'
                    1 | int x = y;
                      |         ^
                /w/a.c:2:36: warning: incompatible pointer types [-Wincompatible-pointer-types]
                /w/b.h:7:5: note: passing argument to parameter 'flows' here
                1 warning and 1 error generated.
                """;

        assertThat(parse(1, text))
                .containsExactly(
                        new ClangDiagnostic(
                                Level.ERROR,
                                "/w/b.h:[1,9]",
                                "use of undeclared identifier 'y'",
                                List.of("  included from /w/a.c:[1]", "    1 | int x = y;", "      |         ^")),
                        new ClangDiagnostic(
                                Level.WARNING,
                                "/w/a.c:[2,36]",
                                "incompatible pointer types [-Wincompatible-pointer-types]",
                                List.of("/w/b.h:[7,5] note: passing argument to parameter 'flows' here")));
    }

    @Test
    void readsFatalErrorsOfTheCompilerAndOfTheDriver() {
        assertThat(parse(1, "/w/a.c:1:10: fatal error: 'x.h' file not found\n1 error generated.\n"))
                .containsExactly(new ClangDiagnostic(Level.ERROR, "/w/a.c:[1,10]", "'x.h' file not found", List.of()));
        assertThat(parse(1, "error: unknown target CPU 'v9'\nnote: valid target CPU values are: generic, v1\n"))
                .containsExactly(new ClangDiagnostic(
                        Level.ERROR,
                        "",
                        "unknown target CPU 'v9'",
                        List.of("note: valid target CPU values are: generic, v1")));
        assertThat(parse(1, "clang-19: error: unknown argument: '-fnope'\n"))
                .containsExactly(new ClangDiagnostic(Level.ERROR, "", "unknown argument: '-fnope'", List.of()));
    }

    @Test
    void reportsTheWholeOutputOfAFailureWithoutErrors() {
        assertThat(parse(70, "/w/a.c:1:1: warning: odd\nLLVM ERROR: out of registers\n"))
                .hasSize(2)
                .last()
                .isEqualTo(new ClangDiagnostic(
                        Level.ERROR,
                        "",
                        "clang failed with exit code 70",
                        List.of("/w/a.c:1:1: warning: odd", "LLVM ERROR: out of registers")));
    }

    @Test
    void findsNothingInEmptyOutput() {
        assertThat(parse(0, "")).isEmpty();
        assertThat(parse(0, "2 warnings generated.\n")).isEmpty();
    }

    @Test
    void headlineHasTheFormatOfMavensCompiler() {
        ClangDiagnostic diagnostic = parse(1, "/w/a b.c:12:5: error: no\n").get(0);

        assertThat(diagnostic.headline()).isEqualTo("/w/a b.c:[12,5] no");
        assertThat(parse(1, "error: no\n").get(0).headline()).isEqualTo("no");
    }

    private static List<ClangDiagnostic> parse(int exitCode, String text) {
        return ClangDiagnosticReader.parse(new ProcessRunner.Output(exitCode, text));
    }
}
