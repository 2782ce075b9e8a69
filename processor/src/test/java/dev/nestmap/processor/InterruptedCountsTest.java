/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The processor notes per-CPU maps whose programs can interrupt each other on one CPU. */
@Tag("jdk-independent")
class InterruptedCountsTest {
    private static final String MAPS = """
            @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 4) record Total(@Key @U32 int index, @U64 long files) {}
            @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 4) record Opened(@Key @U32 long thread, @U64 long files) {}
            @BpfMap(maxEntries = 4) record Shared(@Key @U32 long thread, @U64 long files) {}
            @OuterMap(inner = Opened.class, maxEntries = 4) record Tenant(int id) {}
            """;

    @Test
    void noteNamesTheProgramAndTheMap() {
        assertThat(notes("@BpfObject @BpfProgram(value = \"other\", section = \"xdp\")"
                        + " @BpfProgram(value = \"count\", section = \"lsm/file_open\")"))
                .hasSize(2)
                .allMatch(note -> note.contains("program count (SEC(\"lsm/file_open\"))"))
                .allMatch(note -> note.startsWith("[NM-504] "))
                .anyMatch(note -> note.contains("per-CPU map total:"))
                .anyMatch(note -> note.contains("per-CPU map opened_map:"));
    }

    @Test
    void noteForEachProgramThatInterruptsItself() {
        for (String section : List.of(
                "lsm.s/file_open",
                "lsm_cgroup/socket_bind",
                "lsm",
                "cgroup_skb/egress",
                "cgroup/connect4",
                "sockops",
                "socket",
                "netfilter",
                "uprobe")) {
            assertThat(notes("@BpfObject @BpfProgram(value = \"count\", section = \"" + section + "\")"))
                    .as(section)
                    .hasSize(2);
        }
    }

    @Test
    void noteForTheTypeThatJavaSets() {
        assertThat(notes("@BpfObject @BpfProgram(value = \"count\", section = \"mine\", loadAs = \"socket\")"))
                .hasSize(2);
    }

    @Test
    void aPersonWhoKnowsBetterSaysSo() {
        assertThat(notes("@BpfObject @SuppressWarnings({\"unused\", \"NM-504\"})"
                        + " @BpfProgram(value = \"count\", section = \"lsm/file_open\")"))
                .isEmpty();
    }

    @Test
    void noNoteForOtherProgramsOrTheCodeOfOthers() {
        assertThat(notes("@BpfObject @BpfProgram(value = \"count\", section = \"xdp\")"))
                .isEmpty();
        assertThat(notes("@BpfObject @BpfProgram(value = \"count\", section = \"kprobe\")"))
                .isEmpty();
        assertThat(notes("@BpfObject @BpfProgram(\"count\")")).isEmpty();
        assertThat(notes("@BpfObject(existing = true) @BpfProgram(value = \"count\", section = \"lsm/file_open\")"))
                .isEmpty();
    }

    private static List<String> notes(String annotations) {
        Compilation compilation = Compilers.nestmap()
                .compile(Sources.acme(annotations + "\npublic interface Files {\n" + MAPS.indent(4) + "}\n"));
        assertThat(compilation).succeeded();
        return compilation.warnings().stream().map(Errors::message).toList();
    }
}
