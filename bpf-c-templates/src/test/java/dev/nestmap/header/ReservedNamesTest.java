/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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

/** Nestmap knows the names that clang and the headers of BPF have taken. */
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
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void knowsTheMacrosAndTypesWithUnderscores(String clang) throws IOException {
        String source = "#include <linux/bpf.h>\n#include <linux/types.h>\n#include <bpf/bpf_helpers.h>\n";
        Tools tools = new Tools(directory);
        tools.compile(clang, "macros", source, "-E", "-dM").succeeded();
        tools.compile(clang, "types", source, "-E").succeeded();
        String macros = Files.readString(directory.resolve("macros.o"));
        String types = Files.readString(directory.resolve("types.o"));
        Set<String> taken = Stream.of(
                        Pattern.compile("#define (_\\w+)").matcher(macros),
                        Pattern.compile("\\b(__\\w+)").matcher(types))
                .flatMap(matcher -> matcher.results().map(match -> match.group(1)))
                .filter(name -> !Set.of("__sk_buff", "__opaque").contains(name)) // a tag, and fields
                .collect(Collectors.toSet());

        assertThat(taken)
                .contains("__uint", "__always_inline", "__u32", "__attribute__")
                .allMatch(ReservedNames::isReserved);
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void knowsTheTagsOfTheBpfHeader(String clang) throws IOException {
        new Tools(directory)
                .compile(clang, "tags", "#include <linux/bpf.h>\n", "-E")
                .succeeded();
        Set<String> tags = Pattern.compile("\\b(?:struct|union|enum)\\s+(\\w+)\\s*\\{")
                .matcher(Files.readString(directory.resolve("tags.o")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(tags).contains("xdp_md", "bpf_sock").allMatch(ReservedNames::isTagOfBpfHeader);
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    @Tag("long")
    void clangRejectsWordsWithUnderscores(String clang) {
        List<String> words = List.of(
                "__alignof",
                "__asm",
                "__attribute",
                "__auto_type",
                "__const",
                "__extension__",
                "__func__",
                "__imag",
                "__inline",
                "__int128",
                "__label__",
                "__real",
                "__restrict",
                "__signed",
                "__thread",
                "__typeof",
                "__volatile");
        for (String word : words) {
            int status = new Tools(directory)
                    .compile(clang, "word", "void f(void) { int " + word + " = 1; }\n", "-fsyntax-only", "-Werror")
                    .status();
            assertThat(ReservedNames.isReserved(word)).as(word).isTrue();
            assertThat(status == 0).as(word).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int",
                "register",
                "inline",
                "asm",
                "typeof",
                "bool",
                "constexpr",
                "_Bool",
                "__u32",
                "barrier",
                "SEC"
            })
    void knowsKeywordsAndReservedNames(String name) {
        assertThat(ReservedNames.isReserved(name)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void knowsTheConstantsOfTheHeaders(String clang) throws IOException {
        Tools tools = new Tools(directory);
        tools.compile(clang, "constants", "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n", "-E")
                .succeeded();
        Set<String> constants = Pattern.compile("(?m)^\\s+([A-Z][A-Z0-9_]+)\\s*(=[^,]*)?,")
                .matcher(Files.readString(directory.resolve("constants.o")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(constants).contains("XDP_PASS", "BPF_ANY", "SK_DROP").allMatch(ReservedNames::isConstant);
    }

    @Test
    void acceptsOtherNames() {
        assertThat(Stream.of("flow", "_flow", "__flow", "__flow__", "__u32s", "Int", "log", "class", "u32", "_pad0"))
                .noneMatch(ReservedNames::isReserved);
    }
}
