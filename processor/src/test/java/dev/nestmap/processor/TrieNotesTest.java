/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The processor notes numbers of an LPM_TRIE that are not aligned in the kernel's memory, and prefixes in another byte order. */
@Tag("jdk-independent")
class TrieNotesTest {
    @Test
    void noteSaysWhichNumbersAreNotAligned() {
        assertThat(notes("""
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Route(@Key dev.nestmap.types.Ipv4Prefix prefix, long hits) {}
                @InnerMap(type = MapType.LPM_TRIE, maxEntries = 4)
                record Policy(@Key Port port, @U16 int rule, int hits) {}
                @Packed record Port(@U32 long length, @Size(2) dev.nestmap.types.ByteString bits) {}
                @OuterMap(inner = Policy.class, maxEntries = 4) record Tenant(int id) {}
                """))
                .containsExactlyInAnyOrder(
                        note("route", "4 bytes", "8 bytes"), note("policy_map", "2 bytes", "4 bytes"));
    }

    @Test
    void noteSaysWhichNumberOfThePrefixIsInTheOrderOfTheMachine() {
        assertThat(notes("""
                record Range(@U32 long length, @U8 int zone, @U8 int way, @Be16 int port, @U32 long address) {}
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Route(@Key Range range, long hits) {}
                record Bytes(@U32 long length, @U8 int zone, @U8 int way, @Be16 int port, @Be32 long address) {}
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Other(@Key Bytes range, long hits) {}
                """))
                .singleElement()
                .asString()
                .startsWith(
                        "[NM-503] the prefix of trie route contains address, a __u32 in the machine's byte order: ");
    }

    @Test
    void noNoteIfTheNumbersAreAlignedOrTheTypeIsAnother() {
        assertThat(notes("""
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Wide(@Key dev.nestmap.types.Ipv6Prefix prefix, long hits) {}
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Narrow(@Key dev.nestmap.types.Ipv4Prefix prefix, int rule, @U16 int hits) {}
                @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Blocked(@Key dev.nestmap.types.Ipv4Prefix prefix) {}
                @BpfMap(maxEntries = 4) record Exact(@Key dev.nestmap.types.Ipv4Prefix prefix, long hits) {}
                """)).isEmpty();
    }

    @Test
    void noNoteAboutTheCodeOfOthers() {
        Compilation compilation = Compilers.nestmap().compile(Sources.acme("""
                @BpfObject(existing = true)
                public interface Others {
                    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4) record Route(@Key dev.nestmap.types.Ipv4Prefix prefix, long hits) {}
                }
                """));
        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation).hadNoteCount(0);
    }

    private static String note(String map, String data, String numbers) {
        return Rule.TRIE_VALUE_NOT_ALIGNED.message(map, data, numbers);
    }

    private static List<String> notes(String records) {
        Compilation compilation = Compilers.nestmap()
                .compile(Sources.acme("@BpfObject\npublic interface Routes {\n" + records.indent(4) + "}\n"));
        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.generatedFiles()).isNotEmpty();
        return compilation.notes().stream().map(Errors::message).toList();
    }
}
