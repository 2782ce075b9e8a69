/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.toolchain.Clang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.lang.model.SourceVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Nothing that a user writes as a name gets into C as anything but a name: it is refused, or the header compiles. */
class HostileNamesTest {
    /** As they stand in a Java string literal. */
    static final List<String> NO_IDENTIFIERS = List.of(
            " ",
            "a b",
            "a\\\"b",
            "a'b",
            "a\\\\",
            "a\\n#include <evil.h>",
            "a\\r",
            "a\\0",
            "a;} int x = 1; struct b {",
            "*/ int x; /*",
            "// x",
            "a\\\\\\nb",
            "??/",
            "%s%n",
            "../../etc/passwd",
            "/tmp/x",
            "a.b",
            "a-b",
            "1a",
            "größe",
            "\\u202Eevil",
            "a$b",
            "\\uD83D\\uDE00");

    static final List<String> RESERVED = List.of("int", "__a", "_A", "typeof", "bool", "NULL", "SEC", "nullptr");

    /** Keywords of C and GNU C, macros of headers, and what is close to them. */
    static final List<String> WORDS = List.of(
            ("auto break case char const continue default do double else enum extern float for goto if int long register "
                            + "return short signed sizeof static struct switch typedef union unsigned void volatile "
                            + "while inline restrict alignas alignof bool constexpr false nullptr static_assert "
                            + "thread_local true typeof typeof_unqual asm fortran complex imaginary noreturn atomic "
                            + "linux unix i386 bpf NULL SEC offsetof container_of barrier barrier_var bpf_printk "
                            + "s6_addr s6_addr16 s6_addr32 ipv6mr_acaddr KERNEL_VERSION likely unlikely main errno "
                            + "stdin assert wchar_t char16_t int8_t size_t va_list and or not xor bitand compl class "
                            + "new this namespace template delete key value anchor flags id values type map "
                            + "max_entries map_flags _Bool _Atomic _Generic __int128 __builtin_memcpy u8 u32 s64 be16")
                    .split(" "));

    @TempDir
    Path output;

    private Javac.Result compile(String value, String prefix, String name) {
        return Javac.into(output).compile(Source.acme("""
                @BpfObject(value = "%s", prefix = "%s")
                interface Flows {
                    @InnerMap(maxEntries = 16, name = "%s")
                    record Flow(@Key int id, int value, int more) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(int id) {}
                }
                """.formatted(value, prefix, name)));
    }

    private void assertRefused(Javac.Result result, String rule) {
        assertThat(result.errors()).isNotEmpty().allMatch(error -> error.id().equals(rule));
        assertThat(result.errors()).allMatch(error -> error.message().lines().count() == 1);
        assertThat(result.files()).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("NO_IDENTIFIERS")
    void whatIsNoIdentifierIsRefused(String text) {
        assertRefused(compile(text, "", ""), "NM-401");
        assertRefused(compile("", text, ""), "NM-401");
        assertRefused(compile("", "", text), "NM-401");
    }

    @ParameterizedTest
    @FieldSource("RESERVED")
    void whatIsReservedIsRefused(String text) {
        assertRefused(compile("", "", text), "NM-402");
        assertThat(compile(text, "", "").complaints())
                .as("a part of names only")
                .isEmpty();
    }

    /** The header of a type that exists stands in C as it is, too. */
    @ParameterizedTest
    @FieldSource("NO_IDENTIFIERS")
    void whatIsNoHeaderIsRefused(String text) {
        assertRefused(external(text, "point"), "NM-217");
        if (!List.of("a.b", "a-b", "1a").contains(text)) {
            assertRefused(external(text + ".h", "point"), "NM-217");
        }
        assertRefused(external("my_types.h", text), "NM-401");
    }

    private Javac.Result external(String header, String name) {
        return Javac.into(output).compile(Source.acme("""
                @BpfObject
                interface Flows {
                    @External(header = "%s")
                    @Name("%s")
                    record Point(int x, int y) {}

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key int id, Point point) {}
                }
                """.formatted(header, name)));
    }

    /** C tells cases apart. Java's class files may not, but are called after the records. */
    @Test
    void namesThatDifferOnlyInCaseAreNames() throws Exception {
        Javac.Result result = Javac.into(output).compile(Source.acme("""
                @BpfObject
                interface Cases {
                    enum Mode {
                        OFF,
                        @Name("mode_off")
                        ON
                    }

                    record Part(@Name("A") int upper, @Name("a") int lower, Mode mode) {}

                    @BpfMap(maxEntries = 16, name = "flow")
                    record Flow(@Key int id, Part part) {}

                    @BpfMap(maxEntries = 16, name = "FLOW")
                    record Other(@Key int id, Part part) {}
                }
                """));

        assertThat(result.complaints()).isEmpty();
        assertThat(complaints(Clang.newest(), "cases.bpf.h")).isEmpty();
    }

    @Test
    void unicodeInJavaIsNoHarmWhereCHasAnotherName() throws Exception {
        Javac.Result result = Javac.into(output).compile(Source.acme("""
                @BpfObject
                interface Streets {
                    @BpfMap(maxEntries = 16, name = "strasse")
                    record Straße(@Key @Name("id") int größe, @Name("length") int länge, int more) {}
                }
                """));

        assertThat(result.complaints()).isEmpty();
        assertThat(complaints(Clang.newest(), "streets.bpf.h")).isEmpty();
    }

    @Test
    void aReservedPrefixIsRefused() {
        assertRefused(compile("", "__", ""), "NM-402");
        assertRefused(compile("", "_A", ""), "NM-402");
    }

    @Test
    void longNamesAreNames() throws Exception {
        String name = "a".repeat(200);

        Javac.Result result = compile(name, name, name);

        assertThat(result.complaints()).isEmpty();
        assertThat(complaints(Clang.newest(), name + ".bpf.h")).isEmpty();
    }

    private String complaints(Clang clang, String header) throws IOException {
        Path c = Files.writeString(output.resolve("test.bpf.c"), "#include \"" + header + "\"\n");
        return clang.compile(c, output.resolve("test.bpf.o"), includes()).output();
    }

    /** Names that pass are names to clang, too, wherever they may stand. */
    @Test
    void wordsAreRefusedOrCompile() throws Exception {
        Clang clang = Clang.newest();
        List<Source> sources = IntStream.range(0, WORDS.size())
                .mapToObj(i -> object(i, WORDS.get(i)))
                .toList();

        Javac.Result result = Javac.into(output).compile(sources);

        assertThat(result.errors()).allMatch(error -> error.id().equals("NM-402"));
        for (int i = 0; i < WORDS.size(); i++) {
            String file = sources.get(i).toUri().getPath();
            String header = WORDS.get(i) + "_.bpf.h";
            if (result.errors().stream().noneMatch(error -> error.file().equals(file))) {
                assertThat(complaints(clang, header)).as(header).isEmpty();
            }
        }
        assertThat(includes().resolve("value_.bpf.h")).exists();
    }

    /** Uses a word as the name of a definition, a struct, a map, a field and a parameter. */
    private static Source object(int number, String word) {
        String component = SourceVersion.isKeyword(word) ? "other" : word;
        return Source.acme("""
                @BpfObject("%2$s_")
                interface Flows%1$s {
                    record Part(int %3$s, int b) {}

                    @InnerMap(maxEntries = 16, name = "%2$s")
                    record Flow(@Key Part id, int value, int more) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(@U32 long %3$s) {}

                    @BpfMap(maxEntries = 16, name = "%2$sx")
                    record Plain(@Key int id, int value, int more) {}
                }
                """.formatted(number, word, component));
    }

    private Path includes() throws IOException {
        Path includes = output.resolve("META-INF/bpf/include");
        Files.createDirectories(includes);
        return includes;
    }
}
