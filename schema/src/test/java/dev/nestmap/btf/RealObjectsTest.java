/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.schema.type.EnumType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of objects that projects without Nestmap build: with other compilers and tools, for other loaders. */
@Tag("jdk-independent")
class RealObjectsTest {
    private static final BpfClang CLANG = new BpfClang(19, "bpfel");

    /** Clang 14 writes the same BTF for -1294967296, and a stripped object does not name its compiler. */
    @ParameterizedTest
    @ValueSource(ints = {14, 16, 19})
    void largeConstantsOfEnumsHaveNoSign(int clang) {
        byte[] object = new BpfClang(clang, "bpfel")
                .compile(BpfClang.INCLUDES
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

    private static List<Problem> check(String c) {
        return LoadCheck.of("x.bpf.o", CLANG.compile(BpfClang.INCLUDES + c), List.of());
    }
}
