/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case is a sample of real C, compiled by clang. */
@Tag("jdk-independent")
class LoadCheckTest {
    private static final BpfClang CLANG = BpfClang.oldest();

    /** Writes numbers of 64 bits into BTF. */
    private static final BpfClang NEWEST_CLANG = BpfClang.newest();

    private static final String LICENSE = "char LICENSE[] SEC(\"license\") = \"GPL\";\n";

    /** The section of a map was forgotten or misspelt: libbpf takes it for a variable, and the kernel rejects the program. */
    @ParameterizedTest
    @CsvSource({
        "'', .bss",
        "'static', .bss",
        "'SEC(\".map\")', .map",
        "'SEC(\".data.m\")', .data.m",
        "'SEC(\".maps.m\")', .maps.m"
    })
    void aMapOutsideOfMapsIsFound(String where, String section) {
        boolean isStatic = where.equals("static");
        String definition =
                "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } m";
        String c = (isStatic ? "static " : "") + definition + " " + (isStatic ? "" : where)
                + ";\nSEC(\"xdp\") int p(void *c) { __u32 k = 1; return bpf_map_lookup_elem(&m, &k) != 0; }";

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.place()).endsWith(" m");
            assertThat(problem.what()).contains("in section " + section);
            assertThat(problem.remedy()).contains("SEC(\".maps\")");
        });
    }

    @Test
    void anOuterMapOutsideOfMapsIsFoundAndOtherStructsAreNot() {
        assertThat(
                        check(
                                "struct in { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); };\n"
                                        + "struct in gold SEC(\".maps\");\n"
                                        + "struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);"
                                        + " __array(values, struct in); } plans = { .values = { [1] = &gold } };\n"
                                        + "SEC(\"xdp\") int p(void *c) { __u32 k = 1; return bpf_map_lookup_elem(&plans, &k) != 0; }"))
                .extracting(Finding::place)
                .contains("variable plans");
        assertThat(check("struct { int type; int key; } a; struct { int *type; } b; struct { int (*type)[4]; } c;\n"
                        + "SEC(\"xdp\") int p(void *x) { return a.type + (b.type != 0) + (c.type != 0); }"))
                .isEmpty();
    }

    /** The kernel finds locks and timers by the types of the values. */
    @ParameterizedTest
    @ValueSource(strings = {"bpf_spin_lock((void *)v); bpf_spin_unlock((void *)v)", "bpf_timer_init((void *)v, &m, 1)"})
    void aLockInAMapThatIsDeclaredByItsSizeIsFound(String use) {
        String program = "SEC(\"tc\") int p(void *c) { __u32 k = 1; void *v = bpf_map_lookup_elem(&m, &k); if (v) { "
                + use + "; } return 0; }";
        String keys = "__uint(key_size, 4); ";

        assertThat(check(LICENSE + map("BPF_MAP_TYPE_HASH", "4", keys + "__uint(value_size, 16);") + program))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.ERROR);
                    assertThat(problem.place()).isEqualTo("map m");
                    assertThat(problem.remedy()).contains("__type(value, struct ...)");
                });
        String typed = "struct v { struct bpf_spin_lock lock; struct bpf_timer timer; };\n"
                + map("BPF_MAP_TYPE_HASH", "4", "__type(key, __u32); __type(value, struct v);");
        assertThat(check(LICENSE + typed + program)).isEmpty();
    }

    /** A file of debug symbols has the sections of the object, without their bytes. */
    @Test
    void aFileOfDebugSymbolsIsNoObject() {
        byte[] bytes = CLANG.compile(BpfClang.INCLUDES + LICENSE
                + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, __u64);")
                + "SEC(\"xdp\") int p(void *c) { return 2; }");
        ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int headers = (int) elf.getLong(40);
        for (int i = 0; i < elf.getShort(60); i++) {
            int header = headers + i * elf.getShort(58);
            boolean isLoaded = (elf.getLong(header + 8) & 2) != 0; // SHF_ALLOC
            if (isLoaded) {
                elf.putInt(header + 4, 8); // SHT_NOBITS, as objcopy --only-keep-debug writes it
            }
        }

        assertThat(LoadCheck.of("x.debug", bytes, List.of())).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.what()).startsWith("it holds only debug information");
            assertThat(problem.remedy()).startsWith("take the object itself");
        });
    }

    @Test
    void aForeignByteOrderComesFirst() {
        byte[] object = CLANG.compile(BpfClang.INCLUDES + "static __always_inline int f(void) { return 1; }\n"
                + "SEC(\"nonsense\") int p(void *c) { return f(); }");

        List<Finding> problems = LoadCheck.of("x.bpf.o", object, List.of(), ByteOrder.BIG_ENDIAN);

        assertThat(problems.get(0).what())
                .isEqualTo("it was compiled for little-endian machines, and libbpf rejects it on this one");
        assertThat(problems.get(0).remedy()).contains("bpfeb");
    }

    @ParameterizedTest
    @CsvSource({
        "__u8 a : 4; enum kind kind;, true",
        "__u8 a : 4; enum kind kind; __u16 rest;, true",
        "__u8 a : 4; enum kind kind; __u16 rest; __u8 last;, false",
        "enum kind kind; __u8 a : 4; __u16 rest;, false",
        "__u8 a : 4; enum kind kind[2];, false",
        "enum wide { BIG = 0x100000000 } wide : 33;, true",
        "enum wide { BIG = 0x100000000 } wide : 32;, false",
        "__u8 a; enum kind kind;, false"
    })
    void theKernelTakesAnEnumBesideBitFieldsAs4Bytes(String members, boolean refused) {
        String c = "enum __attribute__((packed)) kind { A, B };\nstruct conn { " + members + " };\n"
                + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, struct conn);");

        assertThat(check(c))
                .filteredOn(problem -> problem.what().contains("the kernel rejects the BTF of the whole object"))
                .hasSize(refused ? 1 : 0)
                .allSatisfy(problem -> {
                    assertThat(problem.place()).isEqualTo("struct conn");
                    assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                });
        String locks = "struct locked { struct bpf_spin_lock lock; };\n"
                + map("BPF_MAP_TYPE_HASH", "1", "__type(key, __u32); __type(value, struct locked);")
                        .replace(" m ", " locks ")
                + "SEC(\"tc\") int p(void *c) { __u32 k = 0; struct locked *l = bpf_map_lookup_elem(&locks, &k);"
                + " if (l) { bpf_spin_lock(&l->lock); bpf_spin_unlock(&l->lock); } return 0; }";
        assertThat(check(c + locks))
                .filteredOn(problem -> problem.severity() == Severity.ERROR)
                .extracting(Finding::place)
                .isEqualTo(refused ? List.of("struct conn") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "struct bpf_spin_lock a; struct bpf_spin_lock b;, 2 fields struct bpf_spin_lock",
        "char c; struct bpf_spin_lock a; } __attribute__((packed)); struct other {, its spin lock a is at offset 1",
        "struct bpf_spin_lock a; __u8 b : 4; __u8 c : 4;, its field c begins inside a byte",
        "struct bpf_spin_lock a; __u8 b : 8; __u8 c : 4;, ''",
        "struct bpf_timer a; __u8 b : 4; __u8 c : 4;, ''",
        "struct bpf_spin_lock a; struct bpf_timer b; struct bpf_timer c;, ''"
    })
    void theKernelAcceptsOneAlignedSpinLockInAStruct(String members, String problem) {
        String c = "struct conn { " + members + " };\n"
                + map("BPF_MAP_TYPE_ARRAY", "1", "__type(key, __u32); __type(value, struct conn);");

        assertThat(check(c))
                .extracting(Finding::what)
                .filteredOn(what -> what.contains("the kernel rejects the BTF of the whole object"))
                .hasSize(problem.isEmpty() ? 0 : 1)
                .allSatisfy(what -> assertThat(what).contains(problem));
    }

    @Test
    void problemsHaveTheOrderOfTheFile() {
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
        String c = names.stream()
                .map(name -> "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32);"
                        + " __type(value, __u32); __uint(pinning, 4); } " + name + " SEC(\".maps\");\n")
                .collect(Collectors.joining());

        assertThat(check(c))
                .extracting(Finding::place)
                .containsExactlyElementsOf(
                        names.stream().map(name -> "map " + name).toList());
    }

    @ParameterizedTest
    @CsvSource({"1 << 30, true", "(1 << 30) - 1, false"})
    void theKernelRejectsAnArrayOf4GigaBytes(String entries, boolean refused) {
        assertThat(check(map("BPF_MAP_TYPE_ARRAY", entries, "__type(key, __u32); __type(value, __u8);")))
                .filteredOn(problem -> problem.what().contains("Array size overflows u32"))
                .hasSize(refused ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32);"
                        + " __uint(pinning, 4); } m SEC(\".maps\"); | its pinning is 4",
                "struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64);"
                        + " __array(values, struct inner); } m SEC(\".maps\"); | its values are 8 bytes long",
                "struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);"
                        + " __array(values, struct pinned); } m SEC(\".maps\"); | the definition of its inner maps states pinning",
                "static int helper(void *c) { return 1; } struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4);"
                        + " __uint(key_size, 4); __array(values, int (void *)); } m SEC(\".maps\") = { .values = { [1] = &helper } };"
                        + " | slot 1 has a static function"
            })
    void libbpfRejectsTheseDefinitions(String c, String problem) {
        String inners = """
                struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); };
                struct pinned { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32);
                    __uint(pinning, LIBBPF_PIN_BY_NAME); };
                SEC("xdp") int p(void *c) { return 2; }
                SEC("xdp") int q(void *c) { return 2; }
                """;
        assertThat(check(inners + c)).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Severity.ERROR);
            assertThat(found.place()).isEqualTo("map m");
            assertThat(found.what()).contains(problem);
        });
    }

    @Test
    void aDamagedSymbolIsAProblemOfTheFile() {
        byte[] object = CLANG.compile(BpfClang.INCLUDES + "SEC(\"xdp\") int p(void *c) { return 2; }");
        Elf elf = Elf.parse("x.bpf.o", object);
        int name = elf.programs().get(0).entry();
        ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).putInt(name, Integer.MAX_VALUE);

        assertThat(LoadCheck.of("x.bpf.o", object, List.of())).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.what()).startsWith("the object can't be read: ");
        });
    }

    @ParameterizedTest
    @CsvSource({"value, __u32, struct flow", "key, struct flow, __u32"})
    void aStructThatOnlyAnInnerMapUsesIsAForwardDeclaration(String part, String key, String value) {
        String c = """
                struct flow { __u64 packets; };
                struct inner {
                    __uint(type, BPF_MAP_TYPE_HASH);
                    __uint(max_entries, 4);
                    __type(key, KEY);
                    __type(value, VALUE);
                };
                """.replace("KEY", key).replace("VALUE", value)
                + map("BPF_MAP_TYPE_HASH_OF_MAPS", "4", "__type(key, __u32); __array(values, struct inner);");

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.place()).isEqualTo("inner map inner");
            assertThat(problem.what()).startsWith("its " + part + " is only a forward declaration of struct flow");
        });
        assertThat(check(c + "struct flow kept;")).as("the remedy").isEmpty();
    }

    /** Clang 22 writes the members of all structs that the definitions of maps use. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.BpfClang#all")
    void everyClangWritesTheMembersOfAStructInAGlobalVariable(BpfClang clang) {
        String c = BpfClang.INCLUDES + """
                struct flow { __u64 packets; };
                struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, struct flow); };
                """
                + map("BPF_MAP_TYPE_HASH_OF_MAPS", "4", "__type(key, __u32); __array(values, struct inner);")
                + "struct inner held SEC(\".maps\"); struct holder { struct flow *flow; } holder;\n";

        assertThat(forwardDeclarations(clang, c) > 0).isEqualTo(clang.version() < 22);
        assertThat(forwardDeclarations(clang, c + "struct { struct flow flow; } kept;"))
                .isZero();
    }

    private static long forwardDeclarations(BpfClang clang, String c) {
        return LoadCheck.of("x.bpf.o", clang.compile(c), List.of()).stream()
                .filter(problem -> problem.what().contains("only a forward declaration"))
                .count();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            __uint(max_entries, 1);                                        | map m has no type               | __uint(type, ...)
            __uint(type, BPF_MAP_TYPE_HASH); __type(key, void);            | map m has no type as key        | use __type(key, ...)
            int type;                                                      | map m has no number as type     | use __uint(type, ...)
            __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); int values;          | map m has no map definition     | use __array(values
            __uint(type, 99);                                              | map m has the unknown type 99   | correct the definition in C
            __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 0x80000000); | map m has keys of 2147483648    | correct the definition in C
            """)
    void eachMalformedDefinitionHasItsOwnRemedy(String members, String problem, String remedy) {
        assertThat(check("struct { " + members + " } m SEC(\".maps\");"))
                .filteredOn(found -> found.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.what()).contains(problem).doesNotContain(";");
                    assertThat(found.remedy()).contains(remedy);
                });
    }

    @Test
    void threeLevelsAreTooMany() {
        String c = """
                struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); };
                struct middle { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 1); __type(key, __u32); __array(values, struct inner); };
                """ + map("BPF_MAP_TYPE_HASH_OF_MAPS", "4", "__type(key, __u32); __array(values, struct middle);");

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo("map m");
            assertThat(problem.what()).contains("inner maps of map m are maps of maps");
            assertThat(problem.remedy()).contains("under a longer key");
        });
        assertThat(
                        check(
                                c
                                        + "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 5000); } n SEC(\".maps\");"))
                .as("the other map is checked too")
                .extracting(Finding::place)
                .containsExactly("map m", "map n");
    }

    @Test
    void placeholdersAndRoundedSizesAreNotes() {
        assertThat(check(map("BPF_MAP_TYPE_RINGBUF", "12288", "")))
                .as("three pages")
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("12,288 bytes"));
        assertThat(check(map("BPF_MAP_TYPE_RINGBUF", "16384", ""))).isEmpty();
        assertOnly(Severity.NOTE, "5,000 bytes", map("BPF_MAP_TYPE_RINGBUF", "5000", ""));
        assertThat(
                        check(
                                "struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, __u32); __type(value, __u32); } m SEC(\".maps\");"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).startsWith("max_entries is 0"));
        assertOnly(
                Severity.NOTE,
                "its value_size is 0: the loader must set it",
                map("BPF_MAP_TYPE_STACK_TRACE", "64", "__uint(key_size, 4);"));
        assertThat(check("struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 9); __type(key, __u32);"
                        + " __uint(value_size, 4); } m SEC(\".maps\");"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("bpf_map__set_inner_map_fd"));
        assertOnly(
                Severity.WARNING,
                "max_entries is 1, which is often a placeholder",
                "struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32);"
                        + " __type(value, __u32); };\n"
                        + map("BPF_MAP_TYPE_HASH_OF_MAPS", "1", "__type(key, __u32); __array(values, struct inner);"));
    }

    @Test
    void unnamedPaddingInKeysIsFragile() {
        String c = "struct key { __u32 a; __u8 b; };\n"
                + map("BPF_MAP_TYPE_HASH", "64", "__type(key, struct key); __type(value, __u64);");

        assertOnly(Severity.WARNING, "3 unnamed bytes at offset 5", c);
        assertThat(check(c.replace("__u8 b;", "__u8 b; __u8 _pad0[3];")))
                .as("the remedy")
                .isEmpty();
    }

    /** Several structs have the same tag, or none, as those of anonymous members. */
    @Test
    void paddingThatAnotherStructNamesIsStillUnnamed() {
        String c = "struct key { struct { __u8 a; __u32 b; }; };\n"
                + map("BPF_MAP_TYPE_HASH", "64", "__type(key, struct key); __type(value, struct other);");
        String other = "struct other { struct { __u8 c; __u8 _pad0[3]; __u32 d; }; };\n";

        assertThat(check(other + c))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("3 unnamed bytes at offset 1"));
        assertThat(check(other + c.replace("__u8 a;", "__u8 a; __u8 _pad0[3];")))
                .as("the remedy")
                .isEmpty();
    }

    @Test
    void unnamedPaddingInsideOfStructsInKeysIsFragile() {
        String c = """
                struct part { __u32 a; __u8 b; };
                struct bits { __u16 low : 3; __u16 high : 8; };
                struct key { __u32 first; struct part parts[2]; struct bits bits; __u16 last; };
                """ + map("BPF_MAP_TYPE_LRU_HASH", "64", "__type(key, struct key); __type(value, __u64);");

        assertThat(check(c))
                .extracting(problem -> problem.what().replaceFirst(", which the kernel.*", ""))
                .containsExactly("its key has 3 unnamed bytes at offset 9", "its key has 5 unnamed bits at offset 21");
    }

    @Test
    void structsOfTheKernelInMapsAreFragile() {
        String kernel = """
                #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
                struct task_struct { int pid; int tgid; };
                struct unused { int a; };
                #pragma clang attribute pop
                struct own { int id; struct task_struct task; struct unused other; };
                """;
        String c = kernel + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, struct own);") + """
                SEC("xdp") int p(void *c) {
                    __u32 key = 0;
                    struct own *own = bpf_map_lookup_elem(&m, &key);
                    return own ? own->id + own->task.tgid : 0;
                }
                """;

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
            assertThat(problem.place()).isEqualTo("map m");
            assertThat(problem.what()).startsWith("it contains struct task_struct, whose fields programs access at");
        });
        assertThat(check(c.replaceAll("#pragma.*", ""))).as("the remedy").isEmpty();
    }

    @Test
    void aTypeThatCannotBeReadIsReportedForEachMap() {
        String deep = "struct s0 { int a; };\n"
                + IntStream.rangeClosed(1, 70)
                        .mapToObj(i -> "struct s" + i + " { struct s" + (i - 1) + " a; };\n")
                        .collect(Collectors.joining());
        String attributes =
                "__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, struct s70);";

        assertThat(check(deep + "struct { " + attributes + " } a SEC(\".maps\"), b SEC(\".maps\");\n" + "struct { "
                        + attributes + " } c SEC(\".maps\");"))
                .extracting(Finding::what)
                .hasSize(3)
                .allSatisfy(what -> assertThat(what).contains("is nested more than"));
    }

    @Test
    void programsNeedASectionThatLibbpfKnows() {
        assertThat(check("SEC(\"xpd\") int p(void *c) { return 2; }"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.place()).isEqualTo("program p");
                    assertThat(problem.what())
                            .isEqualTo(
                                    "it is in section \"xpd\", and libbpf knows no such section, so the program has no"
                                            + " type");
                });
        assertThat(check("SEC(\"xdp\") static __attribute__((used)) int p(void *c) { return 2; }"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).as("Nestmap loads it").isEqualTo(Severity.NOTE);
                    assertThat(problem.what()).startsWith("it is static");
                });
    }

    @Test
    void theOnlyFunctionIsAProgramAlsoWithoutASection() {
        assertThat(check("int p(void *c) { return 2; }")).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo("program p");
            assertThat(problem.what()).startsWith("it has no SEC(...)");
        });
        assertThat(check("int p(void *c) { return 2; } SEC(\"xdp\") int q(void *c) { return p(c); }"))
                .as("a function that a program calls")
                .isEmpty();
    }

    @Test
    void innerMapsNeedSizesToo() {
        String c = """
                struct inner { __uint(type, INNER_KIND); __uint(key_size, 4); __uint(value_size, 4); };
                """ + map("BPF_MAP_TYPE_HASH_OF_MAPS", "4", "__type(key, __u32); __array(values, struct inner);");

        assertThat(check(c.replace("INNER_KIND", "BPF_MAP_TYPE_HASH")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.what()).startsWith("max_entries is 0: the loader must set it");
                    assertThat(problem.remedy()).contains("declares the inner map with its size");
                });
        assertThat(check(c.replace("INNER_KIND", "BPF_MAP_TYPE_PERF_EVENT_ARRAY")))
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.what()).startsWith("max_entries is 0: Nestmap sets the number"));
    }

    @Test
    void slotsNeedMapsLikeTheDefinition() {
        String c = """
                struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); };
                struct inner good SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } bad SEC(".maps");
                struct {
                    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
                    __uint(max_entries, 2);
                    __type(key, __u32);
                    __array(values, struct inner);
                } m SEC(".maps") = { .values = { [0] = &good, [1] = (void *)&bad } };
                """;

        assertThat(check(c))
                .extracting(Finding::what)
                .containsExactly(
                        "slot 1 has map bad, and the kernel rejects it with EINVAL: value_size is 4 instead of 8, max_entries is 8"
                                + " instead of 4");
    }

    /** The flags of the outer map say nothing about its inner maps. */
    @Test
    void slotsNeedMapsWithTheFlagsOfTheDefinition() {
        String c = """
                struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(map_flags, BPF_F_NO_PREALLOC); __uint(max_entries, 4);
                    __type(key, __u32); __type(value, __u64); };
                struct inner good SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } bad SEC(".maps");
                struct {
                    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
                    __uint(map_flags, OUTER);
                    __uint(max_entries, 2);
                    __type(key, __u32);
                    __array(values, struct inner);
                } m SEC(".maps") = { .values = { [0] = &good, [1] = (void *)&bad } };
                """;

        for (String flags : List.of("0", "BPF_F_NO_PREALLOC")) {
            assertThat(check(c.replace("OUTER", flags)))
                    .extracting(Finding::what)
                    .containsExactly(
                            "slot 1 has map bad, and the kernel rejects it with EINVAL: map_flags is 0 instead of"
                                    + " BPF_F_NO_PREALLOC");
        }
    }

    @Test
    void whatLibbpfRejectsInDefinitionsIsFound() {
        assertThat(check("struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32);"
                        + " __type(value, __u32); };\n"
                        + map("BPF_MAP_TYPE_ARRAY_OF_MAPS", "4", "__type(key, __u32); struct inner *values[2];")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).startsWith("values has 2 elements"));
        assertThat(check("SEC(\"xdp\") int p(void *c) { static "
                        + map("BPF_MAP_TYPE_HASH", "4", "__type(key, __u32); __type(value, __u32);")
                        + " return 2; }"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("unsupported map linkage static"));
        assertThat(check("extern int missing; extern int LINUX_KERNEL_VERSION __kconfig;"
                        + " SEC(\"xdp\") int p(void *c) { return missing + LINUX_KERNEL_VERSION; }"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.place()).isEqualTo("symbol missing");
                    assertThat(problem.remedy()).contains("__ksym");
                });
        assertThat(check(LICENSE
                        + "extern int missing(int); extern int there(int) __ksym; extern int weak(int) __ksym __weak;"
                        + " SEC(\"xdp\") int p(void *c) { return missing(1) + there(1) + (weak ? weak(1) : 0); }"))
                .extracting(Finding::place)
                .containsExactly("symbol missing", "section .ksyms");
    }

    /** libbpf looks for these before it asks the kernel, so nothing but the object says what is missing. */
    @Test
    void whatTheKernelMustHaveIsANote() {
        assertThat(
                        check(
                                LICENSE
                                        + "extern int there(int) __ksym; extern int weak(int) __ksym __weak; extern int LINUX_KERNEL_VERSION __kconfig;"
                                        + " extern int CONFIG_ACME_HZ __kconfig; extern int CONFIG_HZ __kconfig __weak;"
                                        + " SEC(\"xdp\") int p(void *c) { return there(CONFIG_HZ) + CONFIG_ACME_HZ + LINUX_KERNEL_VERSION + (weak ? weak(1) : 0); }"))
                .allSatisfy(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.NOTE);
                    assertThat(problem.remedy()).contains("__weak");
                })
                .extracting(Finding::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what)
                                .contains(
                                        "does not find CONFIG_ACME_HZ in the kernel's configuration",
                                        "/proc/config.gz"),
                        what -> assertThat(what).contains("does not find there among the symbols"));
    }

    @Test
    void definitionsMayBeTypedefsAndInsideOfOtherStructs() {
        String attributes =
                "__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64);";

        assertThat(check("typedef struct { " + attributes + " } table_t; table_t m SEC(\".maps\");"))
                .isEmpty();
        assertOnly(
                Severity.ERROR,
                "inside of struct Cell, as aya for Rust writes it",
                "struct Cell { struct { struct { " + attributes + " } value; } def; }; struct Cell m SEC(\".maps\");");
    }

    @Test
    void declaredPinsAreNotes() {
        assertOnly(
                Severity.NOTE,
                "it declares the pin /sys/fs/bpf/m",
                map(
                        "BPF_MAP_TYPE_HASH",
                        "4",
                        "__uint(pinning, LIBBPF_PIN_BY_NAME); __type(key, __u32); __type(value, __u64);"));
    }

    @Test
    void recordsAreCompared() {
        byte[] object = CLANG.compile(
                BpfClang.INCLUDES + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, __u64);"));
        byte[] other = CLANG.compile(
                BpfClang.INCLUDES + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, __u32);"));

        assertThat(LoadCheck.of("x", object, ObjectFile.parse("x", object).schema()))
                .isEmpty();
        assertThat(LoadCheck.of("x", other, ObjectFile.parse("x", object).schema()))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.what())
                            .isEqualTo("map m, value: size 8 (__u64) in the records, 4 (__u32) in the object");
                });
        assertThat(LoadCheck.of(
                        "x",
                        other,
                        ObjectFile.parse("x", CLANG.compile(BpfClang.INCLUDES + "int variable;"))
                                .schema()))
                .as("variables of the records")
                .extracting(Finding::what)
                .containsExactly("variable variable: __s32 in the records, missing in the object");
        assertThat(LoadCheck.of("x", new byte[0], ObjectFile.parse("x", object).schema()))
                .as("a file that is no object")
                .extracting(Finding::id)
                .containsExactly("unreadable-file");
    }

    @Test
    void declaredProgramsMayBeInSectionsThatLibbpfDoesNotKnow() {
        byte[] object = CLANG.compile(BpfClang.INCLUDES + "SEC(\"from-container\") int p(void *c) { return 0; }");
        ProgramDef typed = new ProgramDef("p", "from-container", "tc");
        ProgramDef untyped = new ProgramDef("p", "from-container");
        ProgramDef other = new ProgramDef("q", "from-container", "tc");

        assertThat(LoadCheck.of("x", object, List.of(typed))).isEmpty();
        assertThat(LoadCheck.of("x", object, List.of(untyped))).hasSize(1);
        assertThat(LoadCheck.of("x", object, List.of(other))).hasSize(1);
    }

    /** As at the load: the records define the inner maps that the object leaves out, and libbpf rounds the sizes of ring buffers. */
    @Test
    void recordsCompleteTheObject() {
        String outer = "struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32);"
                + " __type(value, __u32); };\n"
                + map("BPF_MAP_TYPE_HASH_OF_MAPS", "9", "__type(key, __u32); __array(values, struct inner);");
        String ring = "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, SIZE); } n SEC(\".maps\");";
        byte[] records = CLANG.compile(BpfClang.INCLUDES + outer + ring.replace("SIZE", "8192"));
        byte[] object = CLANG.compile(BpfClang.INCLUDES
                + outer.replace("__array(values, struct inner)", "__uint(value_size, 4)")
                + ring.replace("SIZE", "5000"));

        assertThat(LoadCheck.of("x", object, ObjectFile.parse("x", records).schema()))
                .isNotEmpty()
                .extracting(Finding::severity)
                .containsOnly(Severity.NOTE);
    }

    /** For programs that the records declare, the processor prints this note. */
    @Test
    void programsThatInterruptEachOtherMayLoseCounts() {
        String inner =
                "struct inner { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 1); __type(key, __u32);"
                        + " __type(value, __u64); };\n"
                        + map("BPF_MAP_TYPE_HASH_OF_MAPS", "9", "__type(key, __u32); __array(values, struct inner);")
                        + "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 9); __type(key, __u32);"
                        + " __type(value, __u64); } all SEC(\".maps\");\n";
        byte[] object = CLANG.compile(BpfClang.INCLUDES + LICENSE + inner
                + "static __always_inline void *use(void *map) { __u32 key = 1; return bpf_map_lookup_elem(map, &key); }\n"
                + "SEC(\"lsm/file_open\") int opened(void *c) { return !use(&m); }\n"
                + "SEC(\"lsm/file_open\") int counted(void *c) { return !use(&all); }\n"
                + "SEC(\"?socket\") int received(void *c) { return !use(&m); }\n"
                + "SEC(\"mine\") int typed(void *c) { return !use(&m); }\n"
                + "SEC(\"tc\") int sent(void *c) { return !use(&m); }\n");
        Schema records = ObjectFile.parse("x", object).schema().withPrograms(List.of());

        assertThat(notes(object, records)).containsExactly("program opened", "program received");
        assertThat(LoadCheck.of("x", object, records))
                .filteredOn(problem -> problem.place().equals("program opened"))
                .singleElement()
                .satisfies(
                        note -> assertThat(note.what())
                                .startsWith(
                                        "[NM-504] program opened (SEC(\"lsm/file_open\")) may lose counts of the per-CPU map inner: "));
        assertThat(notes(
                        object,
                        records.withPrograms(List.of(
                                new ProgramDef("opened", "lsm/file_open"),
                                new ProgramDef("received", ""),
                                new ProgramDef("typed", "mine", "lsm/file_open")))))
                .containsExactly("program received");
    }

    /** One of two programs that share a per-CPU map interrupts the other, although neither interrupts itself. */
    @Test
    void notesProgramsThatOthersInterrupt() {
        byte[] object = CLANG.compile(BpfClang.INCLUDES + LICENSE
                + "struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32);"
                + " __type(value, __u64); } m SEC(\".maps\"), devices SEC(\".maps\");\n"
                + "static __always_inline void *use(void *map) { __u32 key = 0; return bpf_map_lookup_elem(map, &key); }\n"
                + "SEC(\"tp/raw_syscalls/sys_enter\") int called(void *c) { return !use(&m); }\n"
                + "SEC(\"tc\") int received(void *c) { return !use(&m) + !use(&devices); }\n"
                + "SEC(\"xdp\") int arrived(void *c) { return !use(&devices); }\n");
        Schema records = ObjectFile.parse("x", object).schema().withPrograms(List.of());

        assertThat(LoadCheck.of("x", object, records))
                .filteredOn(problem -> problem.severity() == Severity.NOTE)
                .extracting(problem -> problem.place() + ": " + problem.what())
                .satisfiesExactly(
                        called -> assertThat(called)
                                .startsWith(
                                        "program called: [NM-504] program called (SEC(\"tp/raw_syscalls/sys_enter\")) may lose"
                                                + " counts of the per-CPU map m: program received (SEC(\"tc\")) uses the map, too"),
                        received -> assertThat(received).startsWith("program received: [NM-504] "));
    }

    private static List<String> notes(byte[] object, Schema records) {
        return LoadCheck.of("x", object, records).stream()
                .filter(problem -> problem.severity() == Severity.NOTE)
                .map(Finding::place)
                .toList();
    }

    @Test
    void objectsWithoutBtfOrWithLegacyMapsAreRejected() {
        String c = "struct bpf_map_def { unsigned type, key_size, value_size, max_entries, flags; };\n"
                + "struct bpf_map_def old SEC(\"maps\") = { .type = BPF_MAP_TYPE_HASH, .key_size = 4 };";

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo("map old");
            assertThat(problem.what()).contains("legacy section");
        });
        assertThat(LoadCheck.of(
                        "x.bpf.o",
                        CLANG.compile(
                                BpfClang.INCLUDES
                                        + map("BPF_MAP_TYPE_HASH", "64", "__type(key, __u32); __type(value, __u64);"),
                                "-g0"),
                        List.of()))
                .extracting(Finding::id, Finding::place)
                .containsExactly(tuple("no-btf", "file"), tuple("unreadable-maps", "maps"));
        assertThat(LoadCheck.of("x.bpf.o", CLANG.compile(BpfClang.INCLUDES + c, "-g0"), List.of()))
                .extracting(Finding::what)
                .containsExactly(
                        "it is defined in the legacy section \"maps\", which libbpf 1.0 and newer rejects",
                        "it has no BTF, so nothing describes its variables");
    }

    @Test
    void whatOtherLoadersCompleteIsANote() {
        assertOnly(
                Severity.NOTE,
                "it states no key_size and value_size",
                "struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); } m SEC(\".maps\");");
        assertOnly(
                Severity.NOTE,
                "it states the type of its events",
                map("BPF_MAP_TYPE_RINGBUF", "4096", "__type(value, __u64);"));
        assertThat(check("struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 9); __uint(map_flags, 1);"
                        + " __type(key, __u8[8]); __type(value, __u32); } m SEC(\".maps\");"))
                .isEmpty();
        assertThat(LoadCheck.of(
                        "x",
                        CLANG.compile("__attribute__((section(\"xdp\"))) int p(void *c) { return 2; }", "-g0"),
                        List.of()))
                .extracting(Finding::severity)
                .containsExactly(Severity.NOTE);
        assertThat(check("struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 9); __uint(key, 0);"
                        + " __type(value, __u32); } m SEC(\".maps\");"))
                .isEmpty();
    }

    /** The kernel knows only the size of a trie's key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "struct bpf_lpm_trie_key length; __u32 address;",
                "struct { __u32 prefixlen; } hdr; __u8 data[16];",
                "union { struct { __u32 prefixlen; } hdr; __u32 prefixlen; }; __u8 data[4];",
                "int prefixlen; __u32 address;",
                "__u8 prefixlen[4]; __u32 address;",
                "__u64 both;",
                "__u32 prefixlen; __u32 address; __u16 port;",
                "__u32 prefixlen; __u8 data[256];"
            })
    void aTrieMayHaveAnyKeyOfTheRightSize(String members) {
        assertThat(check(trie("struct key { " + members + " };"))).isEmpty();
    }

    @Test
    void theKeyOfATrieHasFourBytesAndAPrefix() {
        for (String members : List.of("__u32 prefixlen;", "__u32 prefixlen; __u8 data[257];")) {
            assertOnly(
                    Severity.ERROR,
                    "only keys of 5 to 260 bytes",
                    trie("struct key { " + members + " } __attribute__((packed));"));
        }
    }

    @Test
    void aGapInTheKeyOfATrieIsFragile() {
        assertThat(check(trie("struct key { __u32 prefixlen; __u16 port; __u32 address; };")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.WARNING);
                    assertThat(problem.what()).contains("2 unnamed bytes at offset 6", "part of the prefix");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "ARRAY, __be32",
        "ARRAY, struct four",
        "DEVMAP, __u8[4]",
        "DEVMAP_HASH, __be32",
        "XSKMAP, union four_of",
        "SOCKMAP, char[4]",
        "STACK_TRACE, struct four",
    })
    void anArrayMayHaveAnyKeyOfFourBytes(String kind, String key) {
        String c = "struct four { __u16 a, b; }; union four_of { __u32 a; __u16 b; };\n";

        assertThat(check(c
                        + map("BPF_MAP_TYPE_" + kind, "4", "__type(key, " + key + "); __uint(value_size, VALUE);")
                                .replace("VALUE", kind.equals("STACK_TRACE") ? "8" : "4")))
                .isEmpty();
    }

    /** {@code arena_map_alloc} in kernel/bpf/arena.c. */
    @ParameterizedTest
    @CsvSource({
        "1, 1 << 10, 1ull << 44, true",
        "1 << 20, 1 << 10, 1ull << 44, true",
        "2, 1 << 10, (1ull << 44) - 4096, false",
        "1 << 20, 1 << 10, 4096, false",
        "1, 1 << 10, (1ull << 44) + 1, false",
        "1, 1 << 10, 1ull << 63, true",
        "(1 << 20) + 1, 1 << 10, 0, false",
        "1, 1 << 10 | 1 << 17 | 1 << 18, 0, true",
        "1, 1 << 10 | 1 << 16, 0, false",
        "1, 1 << 17, 0, false",
    })
    void anArenaIsCheckedLikeInTheKernel(String pages, String flags, String address, boolean valid) {
        String c = "struct { __uint(type, 33); __uint(max_entries, " + pages + "); __uint(map_flags, " + flags
                + "); enum { at = " + address + " } map_extra; } m SEC(\".maps\");";

        assertThat(LoadCheck.of("x.bpf.o", NEWEST_CLANG.compile(BpfClang.INCLUDES + c), List.of()))
                .extracting(Finding::severity)
                .filteredOn(severity -> severity != Severity.NOTE) // libbpf before 1.4 does not know the attribute
                .isEqualTo(valid ? List.of() : List.of(Severity.ERROR));
    }

    @ParameterizedTest
    @CsvSource({
        "LPM_TRIE, 9, '__type(key, __u64); __type(value, __u32);', BPF_F_NO_PREALLOC",
        "SK_STORAGE, 0, '__type(key, int); __type(value, __u32);', BPF_F_NO_PREALLOC",
        "TASK_STORAGE, 0, '__uint(map_flags, BPF_F_CLONE); __type(key, int); __type(value, __u32);', BPF_F_NO_PREALLOC",
        "INODE_STORAGE, 0, '__type(key, int); __type(value, __u32);', BPF_F_NO_PREALLOC",
    })
    void aMissingFlagIsFound(String kind, String maxEntries, String members, String flag) {
        assertThat(check(map("BPF_MAP_TYPE_" + kind, maxEntries, members)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.ERROR);
                    assertThat(problem.what())
                            .isEqualTo("it lacks " + flag + ", without which the kernel rejects a BPF_MAP_TYPE_" + kind
                                    + " with EINVAL");
                    assertThat(problem.remedy()).startsWith("add ").contains(flag);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, '__type(value, __u32);', key_size, 1 byte or more",
        "HASH, '__type(key, __u32);', value_size, 1 byte or more",
        "HASH, '__type(key, struct none); __type(value, __u32);', key_size, 1 byte or more",
        "ARRAY, '__uint(key_size, 4); __uint(value_size, 0);', value_size, 1 byte or more",
        "ARRAY, '__type(value, __u32);', key_size, 4 bytes",
        "QUEUE, '', value_size, 1 byte or more",
        "PROG_ARRAY, '__uint(key_size, 4);', value_size, 4 bytes",
        "HASH_OF_MAPS, '__array(values, struct inner);', key_size, 1 byte or more",
    })
    void aMissingKeyOrValueIsFound(String kind, String members, String attribute, String sizes) {
        String c = "struct none {}; struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4);"
                + " __type(key, __u32); __type(value, __u32); };\n";

        assertThat(check(c + map("BPF_MAP_TYPE_" + kind, "4", members)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.ERROR);
                    assertThat(problem.what())
                            .isEqualTo("its " + attribute + " is 0, and for a BPF_MAP_TYPE_" + kind
                                    + " the kernel accepts only " + sizes + " (EINVAL)");
                });
    }

    /** libbpf corrects the size of a ring buffer, and nothing else. */
    @Test
    void aRingBufferIsCheckedWithTheSizeThatLibbpfRoundsUp() {
        assertOnly(
                Severity.ERROR, "NM-307", map("BPF_MAP_TYPE_RINGBUF", "4096", "__uint(map_flags, BPF_F_NO_PREALLOC);"));
        assertThat(check(map("BPF_MAP_TYPE_RINGBUF", "0x80000001", "")))
                .as("libbpf can't round it up")
                .filteredOn(problem -> problem.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.what()).contains("NM-314");
                });
        assertThat(check(map("BPF_MAP_TYPE_RINGBUF", "4096", "__type(value, char[8192]);")))
                .as("the type of the events is only a hint")
                .extracting(Finding::severity)
                .containsExactly(Severity.NOTE);
    }

    /** {@code cgroup_storage_map_alloc} in kernel/bpf/local_storage.c. */
    @ParameterizedTest
    @ValueSource(strings = {"CGROUP_STORAGE", "PERCPU_CGROUP_STORAGE"})
    void storagesOfControlGroupsHaveNoSize(String kind) {
        String type = "BPF_MAP_TYPE_" + kind;
        String members = "__type(key, KEY); __type(value, __u64);";

        for (String key : List.of("struct bpf_cgroup_storage_key", "__u64")) {
            assertThat(check("struct { __uint(type, " + type + "); " + members.replace("KEY", key)
                            + " } m SEC(\".maps\");"))
                    .as(key)
                    .isEmpty();
        }
        for (String rejected : List.of(
                map(type, "1", members.replace("KEY", "__u64")),
                map(type, "0", members.replace("KEY", "__u32")),
                map(type, "0", "__uint(map_flags, BPF_F_NO_PREALLOC);" + members.replace("KEY", "__u64")),
                map(type, "0", "__type(key, __u64); __type(value, char[65408]);"))) {
            assertThat(check(rejected))
                    .as(rejected)
                    .extracting(Finding::severity)
                    .containsExactly(Severity.ERROR);
        }
    }

    @Test
    void theValuesOfACgroupStorageMayHaveALock() {
        assertThat(check("struct locked { struct bpf_spin_lock lock; int count; };\n"
                        + "struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, __u64);"
                        + " __type(value, struct locked); } m SEC(\".maps\");"))
                .isEmpty();
    }

    private static String trie(String key) {
        return key + "\n"
                + map(
                        "BPF_MAP_TYPE_LPM_TRIE",
                        "9",
                        "__uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct key); __type(value, __u32);");
    }

    private static String map(String type, String maxEntries, String rest) {
        return "struct { __uint(type, " + type + "); __uint(max_entries, " + maxEntries + "); " + rest
                + " } m SEC(\".maps\");\n";
    }

    /** Requires that an object of this C code has one problem, with these words. */
    private static void assertOnly(Severity severity, String words, String c) {
        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(severity);
            assertThat(problem.what()).contains(words);
        });
    }

    /** The registers of another architecture are at other places, and nothing fails. */
    @Test
    void namesTheArchitectureOfProgramsThatReadRegisters() {
        byte[] object = CLANG.compile(BpfClang.INCLUDES
                + "struct pt_regs { long r15; long di; };\n"
                + "SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return ctx->di; }");

        assertThat(LoadCheck.of("x.bpf.o", object, List.of())).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.NOTE);
            assertThat(problem.place()).isEqualTo("program p");
            assertThat(problem.what()).contains("bound to x86;");
        });
    }

    private static List<Finding> check(String c) {
        return LoadCheck.of("x.bpf.o", CLANG.compile(BpfClang.INCLUDES + c), List.of());
    }
}
