/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.InitialSlot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Libbpf gets a copy of the object in which static programs are global, and slots have loaded programs only. */
@Tag("clang")
class LibbpfFixupsTest {
    private static final String PROGRAMS = BpfClang.INCLUDES + """
            int one(void *ctx);
            int off(void *ctx);
            int two(void *ctx);
            struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __uint(key_size, 4);
                     __array(values, int (void *)); } calls SEC(".maps") = {
                     .values = { (void *)&one, (void *)&off, (void *)&two } };
            SEC("xdp") int one(void *ctx) { return 1; }
            SEC("?xdp") int off(void *ctx) { return 0; }
            SEC("xdp") int two(void *ctx) { return 2; }
            SEC("xdp") static __attribute__((used)) int local(void *ctx) { return 3; }
            """;

    @EveryClang
    void programsAreGlobalAndSlotsHaveLoadedPrograms(BpfClang clang) {
        byte[] object = clang.compile(PROGRAMS);
        byte[] copy = object.clone();

        byte[] byDefault = LibbpfFixups.of("x.o", object, Map.of());
        byte[] chosen = LibbpfFixups.of("x.o", object, Map.of("off", true, "two", false));

        assertThat(object).isEqualTo(copy);
        assertThat(Elf.parse("x.o", object).programs())
                .filteredOn(Elf.Symbol::isLocal)
                .hasSize(1);
        assertThat(Elf.parse("x.o", byDefault).programs()).noneMatch(Elf.Symbol::isLocal);
        assertThat(ObjectFile.parse("x.o", byDefault).programs())
                .isEqualTo(ObjectFile.parse("x.o", object).programs());
        assertThat(slots(object)).containsExactly(slot(0, "one"), slot(1, "off"), slot(2, "two"));
        assertThat(slots(byDefault)).containsExactly(slot(0, "one"), slot(2, "two"));
        assertThat(slots(chosen)).containsExactly(slot(0, "one"), slot(1, "off"));
    }

    @Test
    void structOpsAreRenamed() {
        BpfClang clang = BpfClang.newest();
        String ops = """
                #define SEC(name) __attribute__((section(name), used))
                struct ops { int (*run)(void); };
                SEC("struct_ops/run") int run(void) { return 0; }
                SEC(".struct_ops.link") struct ops linked = { .run = run };
                SEC("my.struct_ops.link") int other = 1;
                """;

        byte[] object = clang.compile(ops);
        Elf renamed = Elf.parse("x.o", LibbpfFixups.withoutLinks("x.o", object).orElseThrow());

        assertThat(renamed.section(".struct_ops.link")).isEmpty();
        assertThat(renamed.section("my.struct_ops.link")).isPresent();
        Elf.Section section = renamed.section(".struct_ops").orElseThrow();
        assertThat(renamed.relocations(section)).containsEntry(0L, "run");
        assertThat(renamed.relocationTable(section).orElseThrow().name()).isEqualTo(".rel.struct_ops");
        Btf btf = Btf.parse(renamed.section(".BTF").orElseThrow().bytes());
        assertThat(btf.variables(".struct_ops")).extracting(BtfType::name).containsExactly("linked");
        assertThat(LibbpfFixups.withoutLinks("x.o", clang.compile(PROGRAMS))).isEmpty();
        byte[] both = clang.compile(ops + "SEC(\".struct_ops\") struct ops plain;");
        assertThatThrownBy(() -> LibbpfFixups.withoutLinks("x.o", both))
                .isInstanceOf(MalformedObjectException.class)
                .hasMessageStartingWith(
                        "x.o: there are structs in SEC(\".struct_ops\") and in SEC(\".struct_ops.link\")");
    }

    private static List<InitialSlot> slots(byte[] object) {
        return ObjectFile.parse("x.o", object)
                .schema()
                .map("calls")
                .orElseThrow()
                .slots();
    }

    private static InitialSlot slot(long index, String target) {
        return new InitialSlot(index, target);
    }
}
