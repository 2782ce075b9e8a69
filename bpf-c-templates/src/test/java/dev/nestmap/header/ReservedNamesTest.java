/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("jdk-independent")
class ReservedNamesTest {
    private static final List<String> LIKELY = List.of(
            "log", "index", "round", "exit", "free", "abs", "printf", "strlen", "floor", "trunc", "time", "read",
            "write", "open", "connect", "bind", "accept", "select", "remove", "rename", "signal", "flow", "tenant",
            "counter", "session", "socket", "send", "clock", "raise", "system", "qsort", "rand", "stat", "wait", "y0");

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void clangRejectsMapsWithNamesOfLibraryFunctions(String clang) {
        String source = LIKELY.stream().map(name -> "int " + name + ";\n").collect(Collectors.joining());
        String output = new Tools(directory)
                .compile(clang, "names", source, "-fsyntax-only", "-ferror-limit=0")
                .output();
        Set<String> refused = Pattern.compile("redefinition of '(\\w+)'")
                .matcher(output)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(LIKELY.stream().filter(ReservedNames::isLibraryFunction))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(refused);
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void clangAcceptsTheNamesElsewhere(String clang) {
        new Tools(directory)
                .compile(clang, "elsewhere", "enum { log, index };\nstruct round { int exit; };\n", "-fsyntax-only")
                .succeeded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "register", "inline", "asm", "typeof", "bool", "constexpr", "_Bool", "__u32"})
    void knowsKeywordsAndReservedNames(String name) {
        assertThat(ReservedNames.isReserved(name)).isTrue();
    }

    @Test
    void acceptsOtherNames() {
        assertThat(Stream.of("flow", "_flow", "Int", "log", "class", "u32", "_pad0"))
                .noneMatch(ReservedNames::isReserved);
    }
}
