/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names in C: one that the developer writes is exact, and one that Nestmap derives from a name in Java has the prefix. */
class WrittenNamesTest {
    @TempDir
    Path temporary;

    @Test
    void aWrittenNameIsExactAndADerivedOneHasThePrefix() throws Exception {
        OutputFolder output = new OutputFolder(temporary);

        assertThat(output.compile(Sources.acme("""
                @BpfObject(prefix = "tf_")
                public interface Flows {
                    @InnerMap(maxEntries = 16, struct = "counts", instances = {"spill", "tf_rest"})
                    record Flow(@Key @U32 long id, @U64 long packets, @U64 long bytes) {}

                    @OuterMap(inner = Flow.class, maxEntries = 4, name = "tf_all")
                    record Tenant(@U32 long id) {}

                    @Name("seen")
                    @BpfMap(maxEntries = 4)
                    record Seen(@Key @U32 long id, @U64 long time) {}

                    @BpfMap(maxEntries = 4)
                    record Total(@Key @U32 long id, @U64 long packets) {}
                }
                """))).succeededWithoutWarnings();

        Map<String, String> files = output.files();
        assertThat(files.get("META-INF/bpf/include/com/acme/flows.bpf.h"))
                .contains("struct counts {", "struct tf_flow_map {", "struct tf_flow_map spill SEC", "tf_rest SEC")
                .contains("} tf_all SEC", "} seen SEC", "} tf_total SEC");
        assertThat(files.get("com/acme/FlowsBpf.java"))
                .as("names in Java have no prefix")
                .contains(" all() {", " spill() {", " rest() {", " seen() {", " total() {");
    }

    /** An existing object may have several structs with one tag, of different C files. */
    @Test
    void whatRecordsSayBelongsToOneOfTwoTypesWithATag() throws Exception {
        OutputFolder output = new OutputFolder(temporary);

        assertThat(output.compile(Sources.acme("""
                @BpfObject(existing = true)
                public interface Others {
                    @Name("addr") record Near(@S32 int a, @S32 int b) {}
                    @Name("addr") record Far(@S32 int a, @U32 long b, @U32 long c) {}
                    @BpfMap(maxEntries = 4) record First(@Key int id, Near near) {}
                    @BpfMap(maxEntries = 4) record Second(@Key int id, Far far) {}
                }
                """))).succeededWithoutWarnings();

        assertThat(Objects.requireNonNull(output.files().get("META-INF/bpf/com/acme/others.schema"))
                        .lines())
                .filteredOn(line -> line.startsWith("reading struct"))
                .containsExactly(
                        "reading struct addr a: sign as declared",
                        "reading struct addr b: sign as declared",
                        "reading struct addr #2 a: sign as declared",
                        "reading struct addr #2 b: sign as declared",
                        "reading struct addr #2 c: sign as declared");
    }
}
