/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.btf.BtfBuilder;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.ElfWriter;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.type.EnumType;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of objects that projects without Nestmap build: with other compilers and tools, for other loaders. */
@Tag("jdk-independent")
class RealObjectsTest {
    private static final BpfClang CLANG = BpfClang.newest();

    private static final String INNER = "struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);"
            + " __type(key, __u32); __type(value, __u64); };\n";
    private static final String LOCK = "struct v { __u64 n; struct bpf_spin_lock lock; };\n";
    private static final String USE_LOCK = "SEC(\"tc\") int p(void *c) { __u32 k = 0; struct v *v ="
            + " bpf_map_lookup_elem(&m, &k); if (v) { bpf_spin_lock(&v->lock); v->n++; bpf_spin_unlock(&v->lock); }"
            + " return 0; }";

    /** Clang 14 writes the same BTF for -1294967296, and a stripped object does not name its compiler. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.BpfClang#all")
    void largeConstantsOfEnumsHaveNoSign(BpfClang clang) {
        byte[] object = clang.compile(BpfClang.INCLUDES
                + "enum color { RED = 1, BLUE = 3000000000 };\n"
                + "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32);"
                + " __type(value, enum color); } m SEC(\".maps\");");
        Elf elf = Elf.parse("x", object);
        byte[] types = elf.section(".BTF").orElseThrow().bytes().latin1().getBytes(StandardCharsets.ISO_8859_1);
        byte[] stripped = new ElfWriter(elf.order()).section(".BTF", types).build();
        EnumType color = EnumType.of(
                "color", List.of(new EnumType.Constant("RED", 1), new EnumType.Constant("BLUE", 3_000_000_000L)));

        for (byte[] each : List.of(object, stripped)) {
            assertThat(ObjectFile.parse("x", each)
                            .schema()
                            .map("m")
                            .orElseThrow()
                            .value())
                    .isEqualTo(color);
        }
    }

    /** Such a name contains those of a C++ function and its parameters. */
    @Test
    void sectionsHaveLongNames() {
        String section = "uprobe//bin/x:_Z" + "x".repeat(20_000);

        assertThat(check("SEC(\"" + section + "\") int p(void *c) { return 0; }"))
                .isEmpty();
    }

    /** libbpf or the kernel rejects these always, also if nothing uses the map. The second part is in the problem. */
    static Stream<Arguments> rejected() {
        return Stream.of(
                Arguments.of("hidden", outer("") + " __attribute__((visibility(\"hidden\")));", "it is hidden"),
                Arguments.of(
                        "values in a hash",
                        INNER + map("HASH", "__type(key, __u32); __type(value, __u32); __array(values, struct inner);"),
                        "is a BPF_MAP_TYPE_HASH with values"),
                Arguments.of(
                        "values before the key",
                        INNER + map("HASH_OF_MAPS", "struct inner *values[0]; __type(key, __u32);"),
                        "its `values` are before key"),
                Arguments.of(
                        "storage without types",
                        "struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, 1); __uint(key_size, 4);"
                                + " __uint(value_size, 8); } m SEC(\".maps\");",
                        "the kernel requires their types"),
                Arguments.of(
                        "a lock in a per-CPU hash that a program uses",
                        LOCK + map("PERCPU_HASH", "__type(key, __u32); __type(value, struct v);") + USE_LOCK,
                        "struct bpf_spin_lock"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejected")
    void whatIsAlwaysRejectedIsFound(String name, String c, String problem) {
        assertThat(check(c))
                .filteredOn(found -> found.severity() == Severity.ERROR)
                .extracting(Finding::what)
                .anySatisfy(what -> assertThat(what).contains(problem));
    }

    /** libbpf creates the map without BTF, so only programs that use the lock are rejected. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "struct v { __u64 n; struct bpf_spin_lock lock; };\nMAP(PERCPU_HASH)",
                "struct v { __u16 n; struct bpf_spin_lock lock; } __attribute__((packed));\nMAP(HASH)",
                "struct v { struct bpf_spin_lock lock; struct bpf_spin_lock other; };\nMAP(HASH)"
            })
    void aLockThatNoProgramUsesIsFragile(String c) {
        String map = map("$1", "__type(key, __u32); __type(value, struct v);");

        assertThat(check(c.replaceAll("MAP\\((\\w+)\\)", map)))
                .isNotEmpty()
                .allMatch(problem -> problem.severity() == Severity.WARNING);
    }

    @Test
    void aLargeMapExtraNeedsANewerLibbpf() {
        assertThat(check(map("BLOOM_FILTER", "__type(value, __u64); enum { hashes = 3 } map_extra;")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.what()).contains("__ulong, which libbpf before 1.4 rejects");
                    assertThat(problem.severity()).isEqualTo(Severity.NOTE);
                });
    }

    /** libbpf does not read the version, and creates the maps without the BTF that the kernel rejects. */
    @Test
    void anotherVersionOfBtfIsFragile() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.nativeOrder());
        btf.hash(btf.integer("int", 4), btf.integer("int", 4));
        byte[] section = btf.section();
        section[2] = 2;
        byte[] object =
                new ElfWriter(ByteOrder.nativeOrder()).section(".BTF", section).build();

        assertThat(LoadCheck.of("x.bpf.o", object, List.of())).singleElement().satisfies(problem -> {
            assertThat(problem.what()).startsWith("its BTF has version 2 instead of 1, so the kernel rejects the BTF");
            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
        });
    }

    /** Otherwise programs of another type would be loaded. */
    @Test
    void theTypeOfAProgramIsThatOfItsSectionsBeginning() {
        assertThat(check("SEC(\"socket/http\") int p(void *c) { return 2; }"))
                .singleElement()
                .extracting(Finding::remedy)
                .isEqualTo("keep the section and give the program a type in Java: @BpfProgram(value = \"p\", section ="
                        + " \"socket/http\", loadAs = \"socket\")");
        assertThat(check("SEC(\"filter\") int p(void *c) { return 2; }"))
                .singleElement()
                .extracting(Finding::remedy)
                .isEqualTo(
                        "use a section that libbpf knows, or give the program a type in Java: @BpfProgram(value = \"p\","
                                + " section = \"filter\", loadAs = \"...\"), where ... is the section of its type, such as"
                                + " \"xdp\" or \"tc\"");
    }

    @Test
    void manyPlacesOfPaddingAreCounted() {
        String fields = IntStream.range(0, 100)
                .mapToObj(i -> "__u8 a" + i + "; __u32 b" + i + "; ")
                .collect(Collectors.joining());

        assertThat(check("struct k { " + fields + "};\n" + map("HASH", "__type(key, struct k); __type(value, __u64);")))
                .hasSize(4)
                .last()
                .satisfies(problem ->
                        assertThat(problem.what()).startsWith("its key has unnamed bytes at 97 more places, which"));
    }

    private static String map(String type, String members) {
        return "struct { __uint(type, BPF_MAP_TYPE_" + type + "); __uint(max_entries, 4); " + members
                + " } m SEC(\".maps\");";
    }

    /** An outer map without the semicolon. */
    private static String outer(String slots) {
        return INNER
                + "struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);"
                + " __array(values, struct inner); } m SEC(\".maps\")" + slots;
    }

    private static List<Finding> check(String c) {
        return LoadCheck.of("x.bpf.o", CLANG.compile(BpfClang.INCLUDES + c), List.of());
    }
}
