/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.ProgramDef;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A check says which libbpf an object needs because of its sections. */
@Tag("jdk-independent")
class NewerSectionsTest {
    private static final String LICENSE = "char LICENSE[] SEC(\"license\") = \"GPL\";\n";

    private static List<Finding> check(String c, ProgramDef... declared) {
        byte[] object = BpfClang.oldest().compile(BpfClang.INCLUDES + LICENSE + c);
        return LoadCheck.of("x.bpf.o", object, List.of(declared));
    }

    private static String program(String name, String section) {
        return "SEC(\"" + section + "\") int " + name + "(void *c) { return 0; }\n";
    }

    @ParameterizedTest
    @CsvSource({
        "tc/ingress, tc/ingress, 1.3",
        "tcx/egress, tcx/egress, 1.3",
        "netkit/peer, netkit/peer, 1.3",
        "netfilter, netfilter, 1.3",
        "?uprobe.multi.s/a:b, uprobe.multi.s, 1.3",
        "usdt.s/a:b:c, usdt.s, 1.3",
        "cgroup/connect_unix, cgroup/connect_unix, 1.3",
        "sk_skb/verdict, sk_skb/verdict, 1.4",
        "kprobe.session/vfs_*, kprobe.session, 1.5",
        "uprobe.session/a:b, uprobe.session, 1.6",
        "fsession/f, fsession, 1.7",
        "tp_btf.s/f, tp_btf.s, 1.8"
    })
    void anOlderLibbpfGivesTheProgramNoType(String section, String name, String version) {
        assertThat(check(program("p", section) + program("q", section)))
                .as("one note for all programs")
                .containsExactly(new Finding(
                        "newer-section",
                        Severity.NOTE,
                        "section " + name,
                        "libbpf before " + version
                                + " does not know it, and rejects its programs (\"missing BPF prog type\")",
                        "load it with libbpf " + version + " or newer, or with Nestmap"));
    }

    @Test
    void libbpf11KnowsTheOthers() {
        assertThat(check(program("a", "tc") + program("b", "kprobe.multi/f") + program("c", "struct_ops/f")))
                .isEmpty();
    }

    @Test
    void recordsLoadTheirProgramsWithNestmap() {
        assertThat(check(program("p", "tcx/ingress"), new ProgramDef("p", "tcx/ingress")))
                .isEmpty();
    }

    /** Libbpf 1.1 opens no object with such a program, so Nestmap can't give it a type. */
    @Test
    void sleepableStructOpsNeedLibbpf12() {
        assertThat(check(program("p", "struct_ops.s/init"))).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.NOTE);
            assertThat(problem.what()).startsWith("libbpf before 1.2 does not know it, and rejects the object");
            assertThat(problem.remedy()).isEqualTo("load it with libbpf 1.2 or newer");
        });
    }

    @ParameterizedTest
    @CsvSource({".struct_ops.link, 1.2, ', or with Nestmap'", "?.struct_ops, 1.4, ''", "?.struct_ops.link, 1.4, ''"})
    void otherSectionsAreSkipped(String section, String version, String others) {
        skipped(program("p", "xdp"), section, version, others);
    }

    private static void skipped(String source, String section, String version, String others) {
        assertThat(check(source + "int data SEC(\"" + section + "\") = 1;\n"))
                .filteredOn(problem -> problem.place().equals("section " + section))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.NOTE);
                    assertThat(problem.what())
                            .isEqualTo("libbpf before " + version + " skips it, so the object can't be loaded");
                    assertThat(problem.remedy()).isEqualTo("load it with libbpf " + version + " or newer" + others);
                });
    }

    /** A newer libbpf only helps if the object has the one arena that libbpf wants. */
    @Test
    void variablesOfAnArenaNeedOneArena() {
        String arena =
                "struct { __uint(type, 33); __uint(map_flags, BPF_F_MMAPABLE); __uint(max_entries, 16); } %s SEC(\".maps\");\n";
        skipped(program("p", "xdp") + arena.formatted("memory"), ".addr_space.1", "1.4", "");
        assertThat(check(program("p", "xdp") + "int data SEC(\".addr_space.1\") = 1;\n"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.ERROR);
                    assertThat(problem.place()).isEqualTo("section .addr_space.1");
                    assertThat(problem.remedy()).startsWith("define an ARENA in SEC(\".maps\")");
                });
        assertThat(check(program("p", "xdp") + arena.formatted("left") + arena.formatted("right")))
                .filteredOn(problem -> problem.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.place()).isEqualTo("map right");
                    assertThat(problem.what()).contains("(left, right)", "only single ARENA map");
                });
    }
}
