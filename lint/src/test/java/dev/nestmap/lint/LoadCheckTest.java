/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.btf.Elf;
import dev.nestmap.btf.EveryClang;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.TextCases;
import dev.nestmap.schema.UncountedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case is a sample of real C, compiled by clang. */
@Tag("clang")
class LoadCheckTest {
    private static final BpfClang CLANG = BpfClang.oldest();

    static Stream<Arguments> samples() {
        return TextCases.of("""
                inner maps of a hash
                M(HASH, 4, KV(__u32, __u32) __array(values, struct inner);)
                > ERROR map m: ...is a BPF_MAP_TYPE_HASH with __array(values...

                storage without types
                struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, 1); __uint(key_size, 4); __uint(value_size, 8); } m SEC(".maps");
                > ERROR map m: ...the kernel requires their types...

                a lock in a per-CPU hash that a program uses
                struct v { __u64 n; struct bpf_spin_lock lock; };
                M(PERCPU_HASH, 4, KV(__u32, struct v))
                SEC("tc") int p(void *c) {
                    __u32 k = 0;
                    struct v *v = bpf_map_lookup_elem(&m, &k);
                    if (v) { bpf_spin_lock(&v->lock); v->n++; bpf_spin_unlock(&v->lock); }
                    return 0;
                }
                > ERROR map m: ...struct bpf_spin_lock...

                maps of three levels, and the next map
                struct middle { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 1); __type(key, __u32); __array(values, struct inner); };
                OUTER(HASH_OF_MAPS, middle)
                MAP(RINGBUF, 5000) n SEC(".maps");
                > ERROR map m: ...inner maps of map m are maps of maps... -> ...under a longer key...

                a ring buffer of parts of pages, which libbpf rounds up
                M(RINGBUF, 5000)

                stacks whose depth the loader sets
                M(STACK_TRACE, 64, __uint(key_size, 4);)

                the size of a map, its inner maps and the sizes of perf events, which the loader sets
                struct { __uint(type, BPF_MAP_TYPE_HASH); KV(__u32, __u32) } m SEC(".maps");
                struct hash { __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 4); __uint(value_size, 4); };
                struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 1); __type(key, __u32); __array(values, struct hash); } n SEC(".maps");
                MAP(HASH_OF_MAPS, 9, __type(key, __u32); __uint(value_size, 4);) o SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); } p SEC(".maps");

                the type of events, which other loaders do not know
                M(RINGBUF, 4096, __type(value, char[8192]);)

                unnamed padding in a key
                struct key { __u32 a; __u8 b; };
                M(HASH, 64, KV(struct key, __u64))
                > WARNING map m: ...3 unnamed bytes at offset 5...

                named padding in a key
                struct key { __u32 a; __u8 b; __u8 _pad0[3]; };
                M(HASH, 64, KV(struct key, __u64))

                padding that another struct without a tag names
                struct other { struct { __u8 c; __u8 _pad0[3]; __u32 d; }; };
                struct key { struct { __u8 a; __u32 b; }; };
                M(HASH, 64, KV(struct key, struct other))
                > WARNING map m: ...3 unnamed bytes at offset 1...

                padding that both structs name
                struct other { struct { __u8 c; __u8 _pad0[3]; __u32 d; }; };
                struct key { struct { __u8 a; __u8 _pad0[3]; __u32 b; }; };
                M(HASH, 64, KV(struct key, struct other))

                unnamed padding inside of structs in a key
                struct part { __u32 a; __u8 b; };
                struct bits { __u16 low : 3; __u16 high : 8; };
                struct key { __u32 first; struct part parts[2]; struct bits bits; __u16 last; };
                M(LRU_HASH, 64, KV(struct key, __u64))
                > WARNING map m: its key has 3 unnamed bytes at offset 9, which the kernel...
                > WARNING map m: its key has 5 unnamed bits at offset 21, which the kernel...

                an unknown section
                SEC("xpd") int p(void *c) { return 2; }
                > ERROR program p: it is in section "xpd", and libbpf knows no such section, so the program has no type -> ...

                a section that begins with that of a type; otherwise programs of another type would be loaded
                SEC("socket/http") int p(void *c) { return 2; }
                > ERROR program p: ... -> keep the section and give the program a type in Java: @BpfProgram(value = "p", section = "socket/http", loadAs = "socket")

                a section that begins like no type
                SEC("filter") int p(void *c) { return 2; }
                > ERROR program p: ... -> use a section that libbpf knows, or give the program a type in Java: @BpfProgram(value = "p", section = "filter", loadAs = "..."), where ... is the section of its type, such as "xdp" or "tc"

                a program without a section
                int p(void *c) { return 2; }
                > ERROR program p: it has no SEC(...

                a function that a program calls
                int p(void *c) { return 2; } SEC("xdp") int q(void *c) { return p(c); }

                functions that are defined elsewhere
                GPL
                extern int missing(int); extern int there(int) __ksym; extern int weak(int) __ksym __weak;
                SEC("xdp") int p(void *c) { return missing(1) + there(1) + (weak ? weak(1) : 0); }
                > NOTE section .ksyms: ...does not find there among...

                what libbpf looks for before it asks the kernel, so that nothing but the object says what is missing
                GPL
                extern int there(int) __ksym; extern int weak(int) __ksym __weak; extern int LINUX_KERNEL_VERSION __kconfig;
                extern int CONFIG_ACME_HZ __kconfig; extern int CONFIG_HZ __kconfig __weak;
                SEC("xdp") int p(void *c) {
                    return there(CONFIG_HZ) + CONFIG_ACME_HZ + LINUX_KERNEL_VERSION + (weak ? weak(1) : 0);
                }
                > NOTE section .kconfig: ...does not find CONFIG_ACME_HZ in the kernel's configuration.../proc/config.gz... -> ...__weak...
                > NOTE section .ksyms: ...does not find there among the symbols... -> ...__weak...

                a map of a typedef
                typedef MAP(HASH, 4, KV(__u32, __u64)) table_t; table_t m SEC(".maps");

                a map inside of other structs
                struct Cell { struct { MAP(HASH, 4, KV(__u32, __u64)) value; } def; }; struct Cell m SEC(".maps");
                > ERROR map m: ...inside of struct Cell, as aya for Rust writes it...

                a trie with an array as its key
                M(LPM_TRIE, 9, __uint(map_flags, 1); KV(__u8[8], __u32))

                a queue that states that it has no key
                M(QUEUE, 9, __uint(key, 0); __type(value, __u32);)

                a gap in the key of a trie
                struct key { __u32 prefixlen; __u16 port; __u32 address; };
                M(LPM_TRIE, 9, __uint(map_flags, BPF_F_NO_PREALLOC); KV(struct key, __u32))
                > WARNING map m: ...2 unnamed bytes at offset 6...part of the prefix...

                a flag that a ring buffer does not have
                M(RINGBUF, 4096, __uint(map_flags, BPF_F_NO_PREALLOC);)
                > ERROR map m: ...NM-307...

                a ring buffer whose size libbpf can't round up
                M(RINGBUF, 0x80000001)
                > ERROR map m: ...NM-314...

                values of a control group's storage with a lock
                struct locked { struct bpf_spin_lock lock; int count; };
                struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); KV(__u64, struct locked) } m SEC(".maps");
                """);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void findsTheProblemsOf(String name, String c, List<String> problems) {
        Findings.assertFound(check(c), problems);
    }

    /** A file of debug symbols has the sections of the object, without their bytes. */
    @Test
    void aFileOfDebugSymbolsIsNoObject() {
        byte[] bytes = compile("GPL M(HASH, 64, KV(__u32, __u64)) SEC(\"xdp\") int p(void *c) { return 2; }");
        ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int headers = (int) elf.getLong(40);
        for (int i = 0; i < elf.getShort(60); i++) {
            int header = headers + i * elf.getShort(58);
            boolean isLoaded = (elf.getLong(header + 8) & 2) != 0; // SHF_ALLOC
            if (isLoaded) {
                elf.putInt(header + 4, 8); // SHT_NOBITS, as objcopy --only-keep-debug writes it
            }
        }

        Findings.assertFound(
                LoadCheck.of("x.debug", bytes, List.of()),
                List.of("ERROR file: it has only debug information... -> use the object from which..."));
    }

    @ParameterizedTest
    @CsvSource({
        "struct bpf_spin_lock a; struct bpf_spin_lock b;, 2 fields struct bpf_spin_lock",
        "char c; struct bpf_spin_lock a; } __attribute__((packed)); struct other {, NM-272",
        "struct bpf_spin_lock a; __u8 b : 4; __u8 c : 4;, their field c begins inside a byte",
        "struct bpf_spin_lock a; __u8 b : 8; __u8 c : 4;, ''",
        "struct bpf_timer a; __u8 b : 4; __u8 c : 4;, ''",
        "struct bpf_spin_lock a; struct bpf_timer b;, ''"
    })
    void theKernelAcceptsOneAlignedSpinLockInAValue(String members, String problem) {
        assertThat(check("struct conn { " + members + " };\nM(ARRAY, 1, KV(__u32, struct conn))"))
                .extracting(Finding::what)
                .hasSize(problem.isEmpty() ? 0 : 1)
                .allSatisfy(what -> assertThat(what).contains(problem));
    }

    @Test
    void problemsHaveTheOrderOfTheFile() {
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
        String c = names.stream()
                .map(name -> "MAP(LPM_TRIE, 4, KV(__u64, __u32)) " + name + " SEC(\".maps\");\n")
                .collect(Collectors.joining());

        assertFound(c, names.stream().map(name -> "ERROR map " + name + ": ...").toArray(String[]::new));
    }

    @Test
    void aDamagedSymbolIsAProblemOfTheFile() {
        byte[] object = compile("SEC(\"xdp\") int p(void *c) { return 2; }");
        int name = Elf.parse("x.bpf.o", object).programs().get(0).entry();
        ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).putInt(name, Integer.MAX_VALUE);

        Findings.assertFound(
                LoadCheck.of("x.bpf.o", object, List.of()), List.of("ERROR ...: the object can't be read: ..."));
    }

    @ParameterizedTest
    @CsvSource({"value, __u32, struct flow", "key, struct flow, __u32"})
    void aStructThatOnlyAnInnerMapUsesIsAForwardDeclaration(String part, String key, String value) {
        String c = """
                struct flow { __u64 packets; };
                struct flows { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); KV(%s, %s) };
                OUTER(HASH_OF_MAPS, flows)
                """.formatted(key, value);

        assertFound(c, "ERROR inner map flows: its " + part + " is only a forward declaration of struct flow...");
        assertFound(c + "struct flow kept;");
    }

    /** Clang 22 writes the members of all structs that the definitions of maps use. */
    @EveryClang
    void everyClangWritesTheMembersOfAStructInAGlobalVariable(BpfClang clang) {
        String c = """
                struct flow { __u64 packets; };
                struct flows { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); KV(__u32, struct flow) };
                OUTER(HASH_OF_MAPS, flows)
                struct flows held SEC(".maps"); struct holder { struct flow *flow; } holder;
                """;

        assertThat(forwardDeclarations(clang, c) > 0).isEqualTo(clang.version() < 22);
        assertThat(forwardDeclarations(clang, c + "struct { struct flow flow; } kept;"))
                .isZero();
    }

    private static long forwardDeclarations(BpfClang clang, String c) {
        return Findings.in(clang, c).stream()
                .filter(problem -> problem.what().contains("only a forward declaration"))
                .count();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            __uint(max_entries, 1);                                        | map m has no type               | __uint(type, ...)
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
    void structsOfTheKernelInMapsAreFragile() {
        String c = """
                #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
                struct task_struct { int pid; int tgid; };
                struct unused { int a; };
                #pragma clang attribute pop
                struct own { int id; struct task_struct task; struct unused other; };
                M(HASH, 64, KV(__u32, struct own))
                SEC("xdp") int p(void *c) {
                    __u32 key = 0;
                    struct own *own = bpf_map_lookup_elem(&m, &key);
                    return own ? own->id + own->task.tgid : 0;
                }
                """;

        assertFound(c, "WARNING map m: it contains struct task_struct. Programs access its fields at...");
        assertFound(c.replaceAll("#pragma.*", ""));
    }

    @Test
    void aTypeThatCannotBeReadIsReportedForEachMap() {
        String deep = IntStream.rangeClosed(1, 70)
                .mapToObj(i -> "struct s" + i + " { struct s" + (i - 1) + " a; };\n")
                .collect(Collectors.joining("", "struct s0 { int a; };\n", ""));
        String nested = "ERROR ...is nested more than...";

        assertFound(
                deep + "MAP(HASH, 4, KV(__u32, struct s70)) a SEC(\".maps\"), b SEC(\".maps\");\n"
                        + "MAP(HASH, 4, KV(__u32, struct s70)) c SEC(\".maps\");",
                nested,
                nested,
                nested);
    }

    @Test
    void recordsAreCompared() {
        Schema records = schema("M(HASH, 64, KV(__u32, __u64))");
        byte[] other = compile("M(HASH, 64, KV(__u32, __u32))");

        assertThat(LoadCheck.of("x", compile("M(HASH, 64, KV(__u32, __u64))"), records))
                .isEmpty();
        assertThat(LoadCheck.of("x", other, records))
                .extracting(Finding::what)
                .containsExactly("map m, value: size 8 (__u64) in the records, 4 (__u32) in the object");
        assertThat(LoadCheck.of("x", other, schema("int variable;")))
                .as("variables of the records")
                .extracting(Finding::what)
                .containsExactly("variable variable: __s32 in the records, missing in the object");
        assertThat(LoadCheck.of("x", new byte[0], records))
                .as("a file that is no object")
                .extracting(Finding::id)
                .containsExactly("unreadable-file");
    }

    @Test
    void declaredProgramsMayBeInSectionsThatLibbpfDoesNotKnow() {
        byte[] object = compile("SEC(\"from-container\") int p(void *c) { return 0; }");
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
        String records = "OUTER(HASH_OF_MAPS, inner) MAP(RINGBUF, 8192) n SEC(\".maps\");";
        String object =
                "M(HASH_OF_MAPS, 4, __type(key, __u32); __uint(value_size, 4);) MAP(RINGBUF, 5000) n SEC(\".maps\");";

        assertThat(LoadCheck.of("x", compile(object), schema(records))).isEmpty();
    }

    /** For programs that the records declare, the processor prints this note. */
    @Test
    void programsThatInterruptEachOtherMayLoseCounts() {
        byte[] object = compile("""
                GPL
                struct counts { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 1); KV(__u32, __u64) };
                OUTER(HASH_OF_MAPS, counts)
                MAP(HASH, 9, KV(__u32, __u64)) all SEC(".maps");
                static __always_inline void *use(void *map) { __u32 key = 1; return bpf_map_lookup_elem(map, &key); }
                MAP(PERCPU_ARRAY, 4, KV(__u32, __u64)) m_uncounted SEC(".maps");
                SEC("lsm/file_open") int opened(void *c) { return !use(&m) + !use(&m_uncounted); }
                SEC("lsm/file_open") int counted(void *c) { return !use(&all); }
                SEC("?socket") int received(void *c) { return !use(&m); }
                SEC("mine") int typed(void *c) { return !use(&m); }
                SEC("tc") int sent(void *c) { return !use(&m); }
                """);
        Schema all = ObjectFile.parse("x", object).schema().withPrograms(List.of());
        Schema records = all.withMaps(all.maps().stream()
                .map(map -> map.name().equals("m_uncounted")
                        ? UncountedMap.of(all.map("m").orElseThrow())
                        : map)
                .toList());

        Findings.assertFound(
                notes(object, records),
                List.of(
                        "NOTE program opened: [NM-504] program opened (SEC(\"lsm/file_open\")) may lose counts of the"
                                + " per-CPU map counts: ...",
                        "NOTE program received: ..."));
        Findings.assertFound(
                notes(
                        object,
                        records.withPrograms(List.of(
                                new ProgramDef("opened", "lsm/file_open"),
                                new ProgramDef("received", ""),
                                new ProgramDef("typed", "mine", "lsm/file_open")))),
                List.of("NOTE program received: ..."));
    }

    /** One of two programs that share a per-CPU map interrupts the other, although neither interrupts itself. */
    @Test
    void notesProgramsThatOthersInterrupt() {
        byte[] object = compile("""
                GPL
                MAP(PERCPU_ARRAY, 1, KV(__u32, __u64)) m SEC(".maps"), devices SEC(".maps");
                static __always_inline void *use(void *map) { __u32 key = 0; return bpf_map_lookup_elem(map, &key); }
                SEC("tp/raw_syscalls/sys_enter") int called(void *c) { return !use(&m); }
                SEC("tc") int received(void *c) { return !use(&m) + !use(&devices); }
                SEC("xdp") int arrived(void *c) { return !use(&devices); }
                """);

        Findings.assertFound(
                notes(object, ObjectFile.parse("x", object).schema().withPrograms(List.of())),
                List.of(
                        "NOTE program called: [NM-504] program called (SEC(\"tp/raw_syscalls/sys_enter\")) may lose counts of"
                                + " the per-CPU map m: program received (SEC(\"tc\")) uses the map, too...",
                        "NOTE program received: [NM-504] ..."));
    }

    /** What neither the compiler nor the kernel refuses. */
    @Test
    void notesCodeThatLosesCountsOrPackets() {
        byte[] object = compile("""
                GPL
                struct usage { __u64 packets, bytes; };
                MAP(HASH, 1, KV(__u32, struct usage)) m SEC(".maps");
                static __always_inline struct usage *get(void) { __u32 key = 0; return bpf_map_lookup_elem(&m, &key); }
                SEC("xdp") int raced(void *c) { struct usage *u = get(); if (u) { u->packets++; u->bytes += 60; } return 2; }
                SEC("xdp") int dropped(void *c) { struct usage *u = get(); if (u) __sync_fetch_and_add(&u->packets, 1); return 0; }
                SEC("cgroup_skb/ingress") int refused(void *c) { return 0; }
                SEC("xdp") int decided(void *c) { struct usage *u = get(); if (u) return 2; return 0; }
                SEC("xdp") int counted(void *c) { struct usage *u = get(); if (u) __sync_fetch_and_add(&u->packets, 1); return 2; }
                SEC("tc") int passed(void *c) { struct usage *u = get(); if (u && u->bytes + 1 > 7) u->packets = u->bytes + 1; return 0; }
                """);
        Schema records = ObjectFile.parse("x", object).schema().withPrograms(List.of());

        Findings.assertFound(
                notes(object, records),
                List.of(
                        "NOTE function raced: raced adds to a number with a load and a store...",
                        "NOTE function dropped: dropped always returns 0, which drops every packet...",
                        "NOTE function refused: refused always returns 0..."));
    }

    private static List<Finding> notes(byte[] object, Schema records) {
        return LoadCheck.of("x", object, records).stream()
                .filter(problem -> problem.severity() == Severity.NOTE)
                .toList();
    }

    @Test
    void objectsWithoutBtfAreRejectedIfTheyHaveMaps() {
        Findings.assertFound(
                withoutBtf("M(HASH, 64, KV(__u32, __u64))"),
                List.of("ERROR maps: ...has no BTF that describes them; compile with -g -> ..."));
        assertThat(withoutBtf("SEC(\"xdp\") int p(void *c) { return 2; }")).isEmpty();
    }

    private static List<Finding> withoutBtf(String c) {
        return LoadCheck.of("x.bpf.o", CLANG.compile(Findings.HEADER + c, "-g0"), List.of());
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
        assertFound("struct key { " + members
                + " };\nM(LPM_TRIE, 9, __uint(map_flags, BPF_F_NO_PREALLOC); KV(struct key, __u32))");
    }

    @ParameterizedTest
    @CsvSource({
        "ARRAY, __be32, 4",
        "ARRAY, struct four, 4",
        "DEVMAP, __u8[4], 4",
        "DEVMAP_HASH, __be32, 4",
        "XSKMAP, union four_of, 4",
        "SOCKMAP, char[4], 4",
        "STACK_TRACE, struct four, 8",
    })
    void anArrayMayHaveAnyKeyOfFourBytes(String kind, String key, int value) {
        assertFound("struct four { __u16 a, b; }; union four_of { __u32 a; __u16 b; };\n"
                + "M(%s, 4, __type(key, %s); __uint(value_size, %d);)".formatted(kind, key, value));
    }

    @ParameterizedTest
    @CsvSource({
        "LPM_TRIE, 9, 'KV(__u64, __u32)', BPF_F_NO_PREALLOC",
        "SK_STORAGE, 0, 'KV(int, __u32)', BPF_F_NO_PREALLOC",
        "TASK_STORAGE, 0, '__uint(map_flags, BPF_F_CLONE); KV(int, __u32)', BPF_F_NO_PREALLOC",
        "INODE_STORAGE, 0, 'KV(int, __u32)', BPF_F_NO_PREALLOC",
    })
    void aMissingFlagIsFound(String kind, String maxEntries, String members, String flag) {
        assertFound(
                "M(" + kind + ", " + maxEntries + ", " + members + ")",
                "ERROR map m: it lacks " + flag + ", without which the kernel rejects a BPF_MAP_TYPE_" + kind
                        + " with EINVAL -> add ..." + flag + "...");
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, '__type(value, __u32);', key_size, 1 byte or more",
        "HASH, '__type(key, __u32);', value_size, 1 byte or more",
        "HASH, 'KV(struct none, __u32)', key_size, 1 byte or more",
        "ARRAY, '__uint(key_size, 4); __uint(value_size, 0);', value_size, 1 byte or more",
        "ARRAY, '__type(value, __u32);', key_size, 4 bytes",
        "QUEUE, '', value_size, 1 byte or more",
        "PROG_ARRAY, '__uint(key_size, 4);', value_size, 4 bytes",
        "HASH_OF_MAPS, '__array(values, struct inner);', key_size, 1 byte or more",
    })
    void aMissingKeyOrValueIsFound(String kind, String members, String attribute, String sizes) {
        assertFound(
                "struct none {}; M(" + kind + ", 4, " + members + ")",
                "ERROR map m: its " + attribute + " is 0, and for a BPF_MAP_TYPE_" + kind + " the kernel accepts only "
                        + sizes + " (EINVAL) -> ...");
    }

    /** {@code cgroup_storage_map_alloc} in kernel/bpf/local_storage.c. */
    @ParameterizedTest
    @ValueSource(strings = {"CGROUP_STORAGE", "PERCPU_CGROUP_STORAGE"})
    void storagesOfControlGroupsHaveNoSize(String kind) {
        for (String key : List.of("struct bpf_cgroup_storage_key", "__u64")) {
            assertFound("struct { __uint(type, BPF_MAP_TYPE_" + kind + "); KV(" + key + ", __u64) } m SEC(\".maps\");");
        }
        for (String rejected : List.of(
                "1, KV(__u64, __u64)",
                "0, KV(__u32, __u64)",
                "0, __uint(map_flags, BPF_F_NO_PREALLOC); KV(__u64, __u64)",
                "0, KV(__u64, char[65408])")) {
            assertFound("M(" + kind + ", " + rejected + ")", "ERROR ...");
        }
    }

    /** Such a name contains those of a C++ function and its parameters. */
    @Test
    void sectionsHaveLongNames() {
        assertFound("SEC(\"uprobe//bin/x:_Z" + "x".repeat(20_000) + "\") int p(void *c) { return 0; }");
    }

    /** libbpf creates the map without BTF, so only programs that use the lock are rejected. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "struct v { __u64 n; struct bpf_spin_lock lock; };\nM(PERCPU_HASH, 4, KV(__u32, struct v))",
                "struct v { __u16 n; struct bpf_spin_lock lock; } __attribute__((packed));\nM(HASH, 4, KV(__u32, struct v))",
                "struct v { struct bpf_spin_lock lock; struct bpf_spin_lock other; };\nM(HASH, 4, KV(__u32, struct v))"
            })
    void aLockThatNoProgramUsesIsFragile(String c) {
        assertThat(check(c)).isNotEmpty().allMatch(problem -> problem.severity() == Severity.WARNING);
    }

    @Test
    void manyPlacesOfPaddingAreCounted() {
        String fields = IntStream.range(0, 100)
                .mapToObj(i -> "__u8 a" + i + "; __u32 b" + i + "; ")
                .collect(Collectors.joining());

        assertFound(
                "struct k { " + fields + "};\nM(HASH, 4, KV(struct k, __u64))",
                "WARNING map m: ...",
                "WARNING map m: ...",
                "WARNING map m: ...",
                "WARNING map m: its key has unnamed bytes at 97 more places, which...");
    }

    /** Requires that an object of this C code has these problems. */
    private static void assertFound(String c, String... problems) {
        Findings.assertFound(check(c), List.of(problems));
    }

    private static Schema schema(String c) {
        return ObjectFile.parse("x", compile(c)).schema();
    }

    private static byte[] compile(String c) {
        return CLANG.compile(Findings.HEADER + c);
    }

    private static List<Finding> check(String c) {
        return Findings.in(CLANG, c);
    }
}
