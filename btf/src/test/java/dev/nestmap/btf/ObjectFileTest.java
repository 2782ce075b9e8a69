/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Malformed.assertMalformed;
import static dev.nestmap.schema.Samples.FLOW;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.VariablePlace;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An object file yields its whole schema and its programs. */
@Tag("clang")
class ObjectFileTest {
    @EveryClang
    void readsTheWholeSchemaOfAHeader(BpfClang clang) {
        ObjectFile object = ObjectFile.parse("target/tenant_flows.bpf.o", clang.compile(Resources.tenantFlows()));

        assertThat(object.schema().withPrograms(List.of()))
                .isEqualTo(new Schema(
                        "",
                        "tenant_flows",
                        List.of(),
                        List.of(FLOW_STATE, FLOW_KEY, FLOW),
                        List.of(
                                hash("flow_map", MapRole.INNER, 4096, FLOW_KEY, FLOW),
                                outer("tenant", "flow_map"),
                                outer("tier", MapKind.ARRAY_OF_MAPS, 8, Scalar.U32, "flow_map"),
                                new MapDef(
                                        "score",
                                        MapRole.PLAIN,
                                        MapKind.LRU_HASH,
                                        16,
                                        2,
                                        Scalar.U64,
                                        Scalar.S16,
                                        null))));
        assertThat(FLOW_KEY.pads()).containsExactly(new Field("_pad0", new ArrayType(Scalar.U8, 3), 13));
        assertThat(object.legacyMaps()).isEmpty();
    }

    @EveryClang
    void listsProgramsButNoSubprograms(BpfClang clang) {
        ObjectFile object = ObjectFile.parse("a.o", clang.compile(Resources.tenantFlows()));

        assertThat(object.programs())
                .containsExactly(
                        new ProgramDef("count", "xdp"),
                        new ProgramDef("another", "xdp"),
                        new ProgramDef("second", "syscall"));
    }

    @EveryClang
    void findsTheProgramsThatUseAMap(BpfClang clang) {
        String source = """
                #define SEC(name) __attribute__((section(name), used))
                struct { int (*type)[1]; int (*max_entries)[1]; int *key; int *value; } one SEC(".maps"), two SEC(".maps");
                static void *(*lookup)(void *map, const void *key) = (void *) 1;
                SEC("xdp") int first(void *ctx) { int key = 0; return lookup(&one, &key) ? 1 : 0; }
                SEC("xdp") int none(void *ctx) { return 0; }
                SEC("xdp") int both(void *ctx) { int key = 0; return lookup(&one, &key) ? lookup(&two, &key) ? 1 : 0 : 2; }
                SEC("tc") int other(void *ctx) { int key = 0; return lookup(&two, &key) ? 1 : 0; }
                """;

        ObjectFile object = ObjectFile.parse("a.o", clang.compile(source));

        assertThat(object.usersOf("one")).containsExactly("first", "both");
        assertThat(object.usersOf("two")).containsExactly("both", "other");
        assertThat(object.usersOf("three")).isEmpty();
    }

    @EveryClang
    void readsGlobalVariables(BpfClang clang) {
        String source = """
                struct flow { unsigned long long packets; unsigned long long bytes; unsigned state; };
                static volatile const int before = 1;
                const volatile struct flow limits __attribute__((weak));
                __attribute__((visibility("hidden"))) const volatile unsigned short rates[3] = {1, 2, 3};
                static unsigned long long own;
                unsigned long long total;
                unsigned char level __attribute__((section(".data.levels"))) = 3;
                extern int elsewhere __attribute__((section(".ksyms")));
                char text[] __attribute__((section("license"))) = "GPL";
                __attribute__((section("xdp"), used)) int pass(void *ctx)
                {
                    __sync_fetch_and_add(&own, before);
                    return own + total;
                }
                """;

        ObjectFile object = ObjectFile.parse("a.o", clang.compile(source));

        StructType limits = struct("flow", "__u64 packets; __u64 bytes; __u32 state;");
        assertThat(object.schema().globals())
                .containsExactlyInAnyOrder(
                        new GlobalDef("limits", ".rodata", limits),
                        new GlobalDef("rates", ".rodata", new ArrayType(Scalar.U16, 3)),
                        new GlobalDef("total", ".bss", Scalar.U64),
                        new GlobalDef("level", ".data.levels", Scalar.U8));
        assertThat(object.schema().types()).containsExactly(limits);
        assertThat(object.variables())
                .filteredOn(variable -> !variable.section().equals(".rodata"))
                .containsExactlyInAnyOrder(
                        new VariablePlace("total", ".bss", 8), new VariablePlace("level", ".data.levels", 0));
        assertThat(object.variables())
                .filteredOn(variable -> variable.name().equals("limits"))
                .allSatisfy(variable -> assertThat(variable.offset()).isPositive());
    }

    @EveryClang
    void rejectsMapsWithoutDebugInformation(BpfClang clang) {
        byte[] object = clang.compile(Resources.tenantFlows(), "-g0");

        assertMalformed(
                () -> ObjectFile.parse("flows.bpf.o", object),
                "flows.bpf.o: section .maps: there are maps, but the object has no BTF that describes them;"
                        + " compile with -g");
    }

    @EveryClang
    void anObjectWithoutMapsHasASchemaOfPrograms(BpfClang clang) {
        String source = "__attribute__((section(\"xdp\"), used)) int pass(void *ctx) { return 2; }";

        for (String debug : List.of("-g", "-g0")) {
            ObjectFile object = ObjectFile.parse("pass.o", clang.compile(source, debug));
            List<ProgramDef> programs = List.of(new ProgramDef("pass", "xdp"));
            assertThat(object.schema())
                    .isEqualTo(new Schema("", "pass", List.of(), List.of(), List.of()).withPrograms(programs));
            assertThat(object.programs()).isEqualTo(programs);
        }
    }

    @EveryClang
    void namesLegacyMapsAndLeavesThemOut(BpfClang clang) {
        String source = """
                struct bpf_map_def { unsigned type, key_size, value_size, max_entries, map_flags; };
                struct bpf_map_def __attribute__((section("maps"), used)) old = { 1, 4, 4, 16, 0 };
                struct bpf_map_def __attribute__((section("maps/more"), used)) older = { 1, 4, 4, 16, 0 };
                struct bpf_map_def __attribute__((section("lirc_mode2/maps"), used)) oldest = { 1, 4, 4, 16, 0 };
                """;

        ObjectFile object = ObjectFile.parse("old.o", clang.compile(source));

        assertThat(object.legacyMaps()).containsExactlyInAnyOrder("old", "older", "oldest");
        assertThat(object.schema().maps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "tenant_flows.bpf.o, tenant_flows",
        "/a/b.c/flow.o, flow",
        "flow.bpf, flow.bpf",
        "plain, plain",
        "a/.o, ''",
    })
    void theSchemaIsNamedAfterTheFile(String file, String header) {
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN).build();

        assertThat(ObjectFile.parse(file, object).schema().header()).isEqualTo(header);
    }

    @Test
    void mapsNeedADescriptionInBtf() {
        byte[] btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN).section();
        ElfWriter object = new ElfWriter(ByteOrder.LITTLE_ENDIAN).section(".BTF", btf);

        assertThat(ObjectFile.parse("t.o", object.section(".maps", new byte[0]).build())
                        .schema()
                        .maps())
                .isEmpty();
        assertMalformed(
                () -> ObjectFile.parse(
                        "t.o", object.section(".maps", new byte[1]).build()),
                "t.o: section .maps: there are maps, but its BTF does not describe them");
    }

    @Test
    void findsTypesByName() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = btf.integer("unsigned int", 4);
        btf.modifier(BtfKind.TYPEDEF, "event", integer);
        btf.struct("event", 4, "id", integer, 0);
        btf.struct("event", 4, "number", integer, 0);
        btf.modifier(BtfKind.TYPEDEF, "ids_t", btf.array(integer, 2));
        ObjectFile object = btf.parse();

        StructType event = struct("event", "__u32 id;");
        assertThat(object.type("event")).as("the first struct").contains(event);
        assertThat(object.type(" struct  event ")).contains(event);
        assertThat(object.type("ids_t")).contains(new ArrayType(Scalar.U32, 2));
        assertThat(object.type("__u64")).contains(Scalar.U64);
        assertThat(object.type("missing")).isEmpty();
        assertThat(ObjectFile.parse("t.o", new ElfWriter(ByteOrder.LITTLE_ENDIAN).build())
                        .type("event"))
                .isEmpty();
    }

    @Test
    void aNumberCanBeAnArray() {
        assertThat(ObjectFile.number(" __u8[140] ")).contains(new ArrayType(Scalar.U8, 140));
        assertThat(ObjectFile.number("__u8[0]")).isEmpty();
        assertThat(ObjectFile.number("rule[4]")).isEmpty();
    }

    /** Clang 14 writes the same BTF for -1294967296, and a stripped object does not name its compiler. */
    @EveryClang
    void largeConstantsOfEnumsHaveNoSign(BpfClang clang) {
        byte[] object = clang.compile(BpfClang.INCLUDES + """
                enum color { RED = 1, BLUE = 3000000000 };
                struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, enum color); }
                    m SEC(".maps");
                """);
        Elf elf = Elf.parse("x", object);
        byte[] types = elf.section(".BTF").orElseThrow().bytes().latin1().getBytes(StandardCharsets.ISO_8859_1);
        byte[] stripped = new ElfWriter(elf.order()).section(".BTF", types).build();

        for (byte[] each : List.of(object, stripped)) {
            assertThat(ObjectFile.parse("x", each).schema().maps())
                    .extracting(MapDef::value)
                    .containsExactly(enumOf("color", "RED = 1, BLUE = 3000000000"));
        }
    }
}
