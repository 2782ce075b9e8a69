/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.lang.model.SourceVersion;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that the processor accepts are names for clang, too. */
@Tag("jdk-independent")
@Tag("long")
class AcceptedNamesTest {
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
                            + "max_entries map_flags BPF_ANY BPF_JMP XDP_PASS SK_DROP TCX_NEXT TRI_NO IPV6_MTU IPPROTO_IPV6 LIBBPF_PIN_NONE _Bool _Atomic _Generic __int128 __builtin_memcpy u8 u32 s64 be16")
                    .split(" "));

    @TempDir
    Path output;

    /** C distinguishes upper and lower case. Class files, which some file systems would mix up, have the names of the records. */
    @Test
    void namesThatDifferOnlyInCase() throws Exception {
        assertCompiles("cases.bpf.h", Sources.acme("""
                @BpfObject
                interface Cases {
                    enum Mode {
                        OFF,
                        @Name("mode_off")
                        ON
                    }

                    record Part(@Name("A") int upper, @Name("a") int lower, Mode mode) {}

                    @Name("flow")
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key int id, Part part) {}

                    @Name("FLOW")
                    @BpfMap(maxEntries = 16)
                    record Other(@Key int id, Part part) {}
                }
                """));
    }

    @Test
    void unicodeInJavaWithAnotherNameInC() throws Exception {
        assertCompiles("streets.bpf.h", Sources.acme("""
                @BpfObject
                interface Streets {
                    @Name("strasse")
                    @BpfMap(maxEntries = 16)
                    record Straße(@Key @Name("id") int größe, @Name("length") int länge, int more) {}
                }
                """));
    }

    @Test
    void longNames() throws Exception {
        String name = "a".repeat(200);

        assertCompiles(name + ".bpf.h", Sources.acme("""
                @BpfObject(value = "%1$s", prefix = "%1$s")
                interface Flows {
                    @Name("%1$s")
                    @InnerMap(maxEntries = 16)
                    record Flow(@Key int id, int value, int more) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(int id) {}
                }
                """.formatted(name)));
    }

    private void assertCompiles(String header, JavaFileObject source) throws IOException {
        assertThat(new OutputFolder(output).compile(source)).succeededWithoutWarnings();
        assertThat(complaints(InstalledClang.newest(), header)).isEmpty();
    }

    private String complaints(InstalledClang clang, String header) throws IOException {
        Path c = Files.writeString(output.resolve("test.bpf.c"), "#include \"" + header + "\"\n");
        return clang.compile(c, output.resolve("test.bpf.o"), includes()).output();
    }

    /** Every word that passes compiles in every position. */
    @Test
    void wordsThatAreNotRejected() throws Exception {
        InstalledClang clang = InstalledClang.newest();
        List<JavaFileObject> sources = IntStream.range(0, WORDS.size())
                .mapToObj(i -> object(i, WORDS.get(i)))
                .toList();

        Compilation compilation =
                new OutputFolder(output).options("-Xmaxerrs", "1000").compile(sources);

        assertThat(compilation.errors())
                .allMatch(error -> error.getMessage(Locale.ROOT).startsWith("[NM-402] "));
        List<String> refused = compilation.errors().stream()
                .map(error -> error.getSource().toUri().getPath())
                .toList();
        for (int i = 0; i < WORDS.size(); i++) {
            String file = sources.get(i).toUri().getPath();
            String header = WORDS.get(i) + "_.bpf.h";
            if (!refused.contains(file)) {
                assertThat(complaints(clang, header)).as(header).isEmpty();
            }
        }
        assertThat(includes().resolve("com/acme/value_.bpf.h")).exists();
    }

    /** An object that uses a word as the name of a header, a struct, a map, a field and a parameter. */
    private static JavaFileObject object(int number, String word) {
        String component = SourceVersion.isKeyword(word) ? "other" : word;
        return Sources.acme("""
                @BpfObject("%2$s_")
                interface Flows%1$s {
                    record Part(int %3$s, int b) {}

                    @Name("%2$s")
                    @InnerMap(maxEntries = 16)
                    record Flow(@Key Part id, int value, int more) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(@U32 long %3$s) {}

                    @Name("state_%2$s")
                    enum State {
                        @Name("%2$s")
                        NEW
                    }

                    @Name("%2$sx")
                    @BpfMap(maxEntries = 16)
                    record Plain(@Key int id, State value, java.net.Inet6Address more) {}
                }
                """.formatted(number, word, component));
    }

    private Path includes() throws IOException {
        Path includes = output.resolve("META-INF/bpf/include");
        Files.createDirectories(includes);
        return includes;
    }
}
