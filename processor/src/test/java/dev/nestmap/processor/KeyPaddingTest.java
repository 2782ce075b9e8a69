/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.schema.rules.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The processor reports padding in keys as a note, once per struct. */
class KeyPaddingTest {
    @Test
    void noteSaysTheOrderWithoutPadding() {
        assertThat(notes("""
                record Part(@U8 int kind, @U16 int port) {}
                record Id(@U8 int protocol, @U32 long address, Part part, @U8 int zone, @U16 int port) {}
                @InnerMap(maxEntries = 4) record Flow(@Key Id id, long packets) {}
                @BpfMap(maxEntries = 4) record Other(@Key Id id, long packets) {}
                @OuterMap(inner = Flow.class, maxEntries = 4) record Tenant(@U16 int level, @U64 long id) {}
                """))
                .containsExactlyInAnyOrder(
                        note("struct part", "1 byte", "no order of the components avoids it"),
                        note(
                                "struct id",
                                "4 bytes",
                                "the component order address, part, port, protocol, zone avoids it"),
                        note("struct tenant_key", "6 bytes", "no order of the components avoids it"));
    }

    @Test
    void noteSaysTheOrderWithLessPadding() {
        assertThat(notes("""
                record Id(@U8 int one, @U32 long two, @U8 int three) {}
                @BpfMap(maxEntries = 4) record Flow(@Key Id id, long packets) {}
                """))
                .containsExactly(
                        note("struct id", "6 bytes", "the component order two, one, three leaves only 2 bytes"));
    }

    @Test
    void noNoteWithoutPaddingOrWhereItIsDeclaredOrOutsideKeys() {
        assertThat(notes("""
                record Tight(@U32 long one, @U16 int two, @U16 int three) {}
                @Packed record Packing(@U8 int one, @U32 long two) {}
                record Padded(@U8 int one, @Pad(3) @U32 long two) {}
                record Value(@U8 int one, @U32 long two) {}
                @BpfMap(maxEntries = 4) record First(@Key Tight id, Value value) {}
                @BpfMap(maxEntries = 4) record Second(@Key Packing id, @U8 int one, @U32 long two) {}
                @BpfMap(maxEntries = 4) record Third(@Key Padded id) {}
                """)).isEmpty();
    }

    private static String note(String struct, String padding, String order) {
        return Rule.KEY_WITH_PADDING.message(struct, padding, order);
    }

    private List<String> notes(String records) {
        Compilation compilation = Compilers.nestmap()
                .compile(Sources.acme("@BpfObject\npublic interface Flows {\n" + records.indent(4) + "}\n"));
        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.generatedFiles()).isNotEmpty();
        return compilation.notes().stream().map(Errors::message).toList();
    }
}
