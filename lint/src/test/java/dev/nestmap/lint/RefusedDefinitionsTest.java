/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check finds definitions that compile, and that libbpf or the kernel refuses without a reason. Each problem is compared as a whole. */
@Tag("clang")
class RefusedDefinitionsTest {
    private static final BpfClang CLANG = BpfClang.newest();

    private static final String PLAIN = "__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); KV(__u32, __u32)";

    private static final String ONLY_STRUCTS =
            ", and libbpf reads only structs -> define each map by its own variable: struct { __uint(type, ...); ... } name"
                    + " SEC(\".maps\")";

    /** The kernel can't compare two maps of such a type. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BPF_MAP_TYPE_PROG_ARRAY | KV(__u32, __u32) __uint(max_entries, 8); | ENOTSUPP",
                "BPF_MAP_TYPE_CGROUP_STORAGE | KV(__u64, __u64) | ENOTSUPP",
                "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE | KV(__u64, __u64) | ENOTSUPP",
                "BPF_MAP_TYPE_STRUCT_OPS | KV(__u32, __u64) __uint(max_entries, 1); | EINVAL"
            })
    void theKernelRefusesSomeTypesOfInnerMaps(String type, String members, String errno) {
        for (String outer : List.of("HASH_OF_MAPS", "ARRAY_OF_MAPS")) {
            String c = "struct refused { __uint(type, " + type + "); " + members + " };\nOUTER(" + outer + ", refused)";

            assertThat(check(c))
                    .containsExactly("ERROR inner map refused: it is a " + type
                            + ", which the kernel does not accept as an inner map (" + errno
                            + ") -> use another map type, or one map for all keys of the outer map");
        }
    }

    /** A size that wraps around would be one that is set at load. */
    @ParameterizedTest
    @ValueSource(strings = {"0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff"})
    void theKernelRefusesHugeRingBuffers(String size) {
        assertThat(check("struct { __uint(type, BPF_MAP_TYPE_RINGBUF); enum { size = " + size
                        + " } max_entries; } m SEC(\".maps\");"))
                .anyMatch(problem ->
                        problem.matches("ERROR map m: .*" + Long.parseUnsignedLong(size.substring(2), 16) + ".*"));
    }

    /** clang gives these variables no type in BTF before version 22. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct one two_maps[2] SEC(\".maps\"); | an array of 2 maps",
                "union { struct one map; __u64 number; } two_maps SEC(\".maps\"); | a union",
                "struct one *two_maps SEC(\".maps\"); | a pointer",
                "int two_maps SEC(\".maps\"); | a number"
            })
    void definitionsAreStructs(String variable, String kind) {
        String map = "ERROR map two_maps: section .BTF: map two_maps is ";

        assertThat(check("struct one { " + PLAIN + " };\n" + variable))
                .singleElement()
                .isIn(map + kind + ONLY_STRUCTS, map + "an array, a union, a pointer or a number" + ONLY_STRUCTS);
    }

    private static List<String> check(String c) {
        return Findings.in(CLANG, c).stream().map(Findings::text).toList();
    }
}
