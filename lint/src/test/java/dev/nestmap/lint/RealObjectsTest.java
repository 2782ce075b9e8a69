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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of objects that projects without Nestmap build: with other compilers and tools, for other loaders. */
@Tag("jdk-independent")
class RealObjectsTest {
    private static final BpfClang CLANG = BpfClang.newest();

    /** Clang 14 writes the same BTF for -1294967296, and a stripped object does not name its compiler. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.BpfClang#all")
    void largeConstantsOfEnumsHaveNoSign(BpfClang clang) {
        byte[] object = clang.compile(
                Findings.HEADER + "enum color { RED = 1, BLUE = 3000000000 }; M(HASH, 4, KV(__u32, enum color))");
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

        Findings.assertFound(Findings.in(CLANG, "SEC(\"" + section + "\") int p(void *c) { return 0; }"), List.of());
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
        assertThat(Findings.in(CLANG, c)).isNotEmpty().allMatch(problem -> problem.severity() == Severity.WARNING);
    }

    @Test
    void aLargeMapExtraNeedsANewerLibbpf() {
        Findings.assertFound(
                Findings.in(CLANG, "M(BLOOM_FILTER, 4, __type(value, __u64); enum { hashes = 3 } map_extra;)"),
                List.of("NOTE map m: ...__ulong, which libbpf before 1.4 rejects..."));
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

        Findings.assertFound(
                LoadCheck.of("x.bpf.o", object, List.of()),
                List.of("WARNING ...: its BTF has version 2 instead of 1, so the kernel rejects the BTF..."));
    }

    @Test
    void manyPlacesOfPaddingAreCounted() {
        String fields = IntStream.range(0, 100)
                .mapToObj(i -> "__u8 a" + i + "; __u32 b" + i + "; ")
                .collect(Collectors.joining());
        String padding = "WARNING map m: ...";

        Findings.assertFound(
                Findings.in(CLANG, "struct k { " + fields + "};\nM(HASH, 4, KV(struct k, __u64))"),
                List.of(
                        padding,
                        padding,
                        padding,
                        "WARNING map m: its key has unnamed bytes at 97 more places, which..."));
    }
}
