/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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

/** Nestmap knows the names that clang and the headers of BPF have taken. */
@Tag("clang")
class ReservedNamesTest {
    private static final List<String> LIKELY = List.of(
            "log", "index", "round", "exit", "free", "abs", "printf", "strlen", "floor", "trunc", "time", "read",
            "write", "open", "connect", "bind", "accept", "select", "remove", "rename", "signal", "flow", "tenant",
            "counter", "session", "socket", "send", "clock", "raise", "system", "qsort", "rand", "stat", "wait", "y0");

    private static final String ALL =
            "#include <linux/bpf.h>\n#include <linux/types.h>\n#include <bpf/bpf_helpers.h>\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void clangRejectsMapsWithNamesOfLibraryFunctions(String clang) {
        String source = LIKELY.stream().map(name -> "int " + name + ";\n").collect(Collectors.joining());
        String output = new Tools(directory)
                .compile(clang, "names", source, "-fsyntax-only", "-ferror-limit=0")
                .output();

        assertThat(LIKELY.stream().filter(ReservedNames::isLibraryFunction))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(names("redefinition of '(\\w+)'", output));
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
    void knowsTheNamesOfTheHeaders(String clang) throws IOException {
        String macros = preprocessed(clang, ALL, "-dM");
        String text = preprocessed(clang, ALL);
        Set<String> taken = names("#define (_\\w+)", macros);
        taken.addAll(names("\\b(__\\w+)", text));
        taken.removeAll(Set.of("__sk_buff", "__opaque")); // a tag, and fields

        assertThat(taken)
                .contains("__uint", "__always_inline", "__u32", "__attribute__")
                .allMatch(ReservedNames::isReserved);
        assertThat(names("(?m)^\\s+([A-Z][A-Z0-9_]+)\\s*(?:=[^,]*)?,", text))
                .contains("XDP_PASS", "BPF_ANY", "SK_DROP")
                .allMatch(ReservedNames::isConstant);
        assertThat(names("\\b(?:struct|union|enum)\\s+(\\w+)\\s*\\{", preprocessed(clang, "#include <linux/bpf.h>\n")))
                .contains("xdp_md", "bpf_sock")
                .allMatch(ReservedNames::isTagOfBpfHeader);
        assertThat(names("\\b(bpf_\\w+)\\)? ?\\([^;]*\\) = \\(void \\*\\)", text))
                .contains("bpf_map_lookup_elem", "bpf_ringbuf_output")
                .allMatch(ReservedNames::isFunctionOfBpfHeader);
    }

    /** A source after the preprocessor. */
    private String preprocessed(String clang, String source, String... flags) throws IOException {
        List<String> all = Stream.concat(Stream.of("-E"), Stream.of(flags)).toList();
        new Tools(directory).compile(clang, "headers", source, all).succeeded();
        return Files.readString(directory.resolve("headers.o"));
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    @Tag("long")
    void clangRejectsWordsWithUnderscores(String clang) {
        String words = "__alignof __asm __attribute __auto_type __const __extension__ __func__ __imag __inline __int128"
                + " __label__ __real __restrict __signed __thread __typeof __volatile";
        for (String word : words.split(" ", -1)) {
            int status = new Tools(directory)
                    .compile(clang, "word", "void f(void) { int " + word + " = 1; }\n", "-fsyntax-only", "-Werror")
                    .status();

            assertThat(ReservedNames.isReserved(word)).as(word).isTrue();
            assertThat(status == 0).as(word).isFalse();
        }
    }

    @Test
    void knowsKeywordsAndReservedNames() {
        assertThat("int register inline asm typeof bool constexpr _Bool __u32 barrier SEC".split(" "))
                .allMatch(ReservedNames::isReserved);
        assertThat("flow _flow __flow __flow__ __u32s Int log class u32 _pad0".split(" "))
                .noneMatch(ReservedNames::isReserved);
    }
}
