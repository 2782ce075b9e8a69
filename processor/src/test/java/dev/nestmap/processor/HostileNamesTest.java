/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The processor rejects names that would put anything but a name into a C header. */
@Tag("long")
class HostileNamesTest {
    /** Escaped as in a Java string literal. */
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

    static final List<String> RESERVED = List.of("int", "__u32", "_A", "typeof", "bool", "NULL", "SEC", "nullptr");

    /** Types that generated code refers to by their simple names. */
    static final List<String> TYPES =
            List.of("Scalars Entry Codec ByteBuffer String Override Displaced LoadedObject View Sizes".split(" "));

    @TempDir
    Path output;

    private Compilation compile(String value, String prefix, String name) {
        return new OutputFolder(output)
                .compile(Sources.acme("""
                @BpfObject(value = "%s", prefix = "%s")
                interface Flows {
                    %s
                    @InnerMap(maxEntries = 16)
                    record Flow(@Key int id, int value, int more) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(int id) {}
                }
                """.formatted(value, prefix, name.isEmpty() ? "" : "@Name(\"" + name + "\")")));
    }

    private void assertRejected(Compilation compilation, String rule) {
        assertThat(Errors.rules(compilation)).isNotEmpty().containsOnly(rule);
        assertThat(Errors.messages(compilation))
                .allMatch(message -> message.lines().count() == 1);
        assertThat(new OutputFolder(output).files()).containsOnlyKeys("com/acme/FlowsBpf.java"); // an empty class
    }

    @ParameterizedTest
    @FieldSource("NO_IDENTIFIERS")
    void aNameThatIsNoIdentifierIsRejected(String text) {
        assertRejected(compile(text, "", ""), "NM-401");
        assertRejected(compile("", text, ""), "NM-401");
        assertRejected(compile("", "", text), "NM-401");
    }

    @ParameterizedTest
    @FieldSource("RESERVED")
    void aReservedNameIsRejected(String text) {
        assertRejected(compile("", "", text), "NM-402");
        // The header's name is only a part of C names.
        assertThat(compile(text, "", "")).succeededWithoutWarnings();
    }

    /** The header of an external type is copied to C, too. */
    @ParameterizedTest
    @FieldSource("NO_IDENTIFIERS")
    void aHeaderThatIsNoFileNameIsRejected(String text) {
        assertRejected(external(text, "point"), "NM-217");
        if (!List.of("a.b", "a-b", "1a").contains(text)) {
            assertRejected(external(text + ".h", "point"), "NM-217");
        }
        assertRejected(external("my_types.h", text), "NM-401");
    }

    @ParameterizedTest
    @FieldSource("NO_IDENTIFIERS")
    void aMessageIsOneLine(String text) {
        Compilation compilation = new OutputFolder(output).compile(Sources.inFlows("""
                @BpfMap(maxEntries = 16, pin = "%s")
                record Flow(@Key int id, int value) {}
                """.formatted(text)));

        assertThat(Errors.rules(compilation)).isSubsetOf("NM-331");
        assertThat(Errors.messages(compilation))
                .allMatch(message -> message.lines().count() == 1);
    }

    private Compilation external(String header, String name) {
        return new OutputFolder(output).compile(Sources.inFlows("""
                @External(header = "%s")
                @Name("%s")
                record Point(int x, int y) {}

                @BpfMap(maxEntries = 16)
                record Flow(@Key int id, Point point) {}
                """.formatted(header, name)));
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void componentsAndMapsMayHaveTheNamesOfTypes(String type) {
        assertThat(new OutputFolder(output).compile(Sources.inFlows("""
                record Point(@Be32 int x, @Unit(CTimeUnit.NANOS) java.time.Instant at) {}

                @InnerMap(maxEntries = 16)
                record Flow(@Key @U32 long %1$s, Point point, long hits) {}

                @OuterMap(maxEntries = 16, inner = Flow.class)
                record Tenant(@U32 long %1$s) {}

                @InnerMap(maxEntries = 16, type = MapType.PERCPU_HASH)
                record Place(@Key Point point, Point %1$s, long hits) {}

                @OuterMap(maxEntries = 16, inner = Place.class, name = "%1$s")
                record Zone(@U32 long %1$s) {}

                @Variables(setAtLoad = true)
                record Limits(long most, @U32 long %1$s) {}
                """.formatted(type))))
                .succeededWithoutWarnings();
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void recordsMayHaveTheNamesOfTypes(String type) {
        String value = "record %s(long most, @Unit(CTimeUnit.NANOS) java.time.Duration age) {}\n".formatted(type);
        String map = """
                @BpfObject
                interface Flows {
                    @InnerMap(maxEntries = 16)
                    record Flow(@Key @U32 long id, %1$s value, long hits) {}

                    @OuterMap(maxEntries = 16, inner = Flow.class)
                    record Tenant(%1$s key) {}
                """.formatted(type);
        OutputFolder folder = new OutputFolder(output);

        assertThat(folder.compile(Sources.acme(map + value + "}"))).succeededWithoutWarnings();
        assertThat(folder.compile(Sources.acme("@BpfType\n" + value), Sources.acme(map + "}")))
                .succeededWithoutWarnings();
    }

    @Test
    void aReservedPrefixIsRejected() {
        assertRejected(compile("", "__kernel_", ""), "NM-402");
        assertRejected(compile("", "_A", ""), "NM-402");
    }
}
