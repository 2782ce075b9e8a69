/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.BpfClang;
import dev.nestmap.btf.BtfBuilder;
import dev.nestmap.btf.BtfKind;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check finds definitions that compile, and that libbpf or the kernel refuses. Each problem is compared as a whole. */
@Tag("jdk-independent")
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
                            + ") -> use another map type, or one map for all that the outer map distinguishes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "flags, write map_flags instead of flags",
        "max_entires, write max_entries instead of max_entires",
        "extra, write map_extra instead of extra",
        "KeySize, write key_size instead of KeySize",
        "id, 'remove it, or load the object with the loader that knows it'"
    })
    void libbpfRefusesAttributesThatItDoesNotKnow(String attribute, String remedy) {
        String problem = "libbpf 1.7 and older know no attribute " + attribute + " (\"unknown field\") -> " + remedy;

        assertThat(check("struct { " + PLAIN + " __uint(" + attribute + ", 1); } m SEC(\".maps\");"))
                .containsExactly("ERROR map m: " + problem);
        assertThat(check("struct other { " + PLAIN + " __uint(" + attribute + ", 1); };\nOUTER(HASH_OF_MAPS, other)"))
                .containsExactly("ERROR map m: in the definition of its inner maps, " + problem);
    }

    /** {@code get_map_field_int} in libbpf.c. */
    @Test
    void libbpfRefusesLongNumbers() {
        String members = PLAIN + " __uint(map_flags, 4); __uint(numa_node, 1);";
        for (String attribute : List.of("type", "max_entries", "map_flags", "numa_node")) {
            String problem =
                    attribute + " is written with __ulong, which libbpf accepts only for map_extra (\"expected PTR\")"
                            + " -> write __uint(" + attribute + ", ...)";
            String c = members.replaceAll("__uint\\(" + attribute + ", (\\w+)\\)", "enum { e = $1 } " + attribute);

            assertThat(check("struct { " + c + " } m SEC(\".maps\");")).containsExactly("ERROR map m: " + problem);
            assertThat(check("struct other { " + c + " };\nOUTER(HASH_OF_MAPS, other)"))
                    .containsExactly("ERROR map m: in the definition of its inner maps, " + problem);
        }
    }

    /** A size that wraps around would be one that is set at load. */
    @ParameterizedTest
    @ValueSource(strings = {"0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff"})
    void theKernelRefusesHugeRingBuffers(String size) {
        assertThat(check("struct { __uint(type, BPF_MAP_TYPE_RINGBUF); enum { size = " + size
                        + " } max_entries; } m SEC(\".maps\");"))
                .anyMatch(problem -> problem.startsWith("ERROR map m: max_entries is written with __ulong"))
                .anyMatch(problem ->
                        problem.matches("ERROR map m: .*" + Long.parseUnsignedLong(size.substring(2), 16) + ".*"));
    }

    @ParameterizedTest
    @CsvSource({"(void *)&number, number", "(void *)&own, something static", "(void *)&function, function"})
    void slotsHoldMaps(String target, String name) {
        String c = """
                int number; static int own; int function(void *c) { return own; }
                MAP(HASH_OF_MAPS, 8, __type(key, __u32); __array(values, struct inner);) outer SEC(".maps") =
                    { .values = { [1] = TARGET } };
                SEC("xdp") int p(void *c) { own = function(c); return 2; }
                """.replace("TARGET", target);

        assertThat(check(c))
                .containsExactly("ERROR map outer: slot 1 has " + name
                        + ", which is no map, so libbpf rejects the object (\"isn't a BTF-defined map\") -> put a map of"
                        + " SEC(\".maps\") into the slot");
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

    /** As GCC 12 encodes signed char. */
    @Test
    void theKernelRefusesNumbersOfTwoKinds() {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        types.type("signed char", BtfKind.INT, false, 0, 1, 3 << 24 | 8);
        types.type("char", BtfKind.INT, false, 0, 1, 1 << 24 | 8);
        types.type("bool", BtfKind.INT, false, 0, 1, 4 << 24 | 8);

        assertThat(check(types.object()))
                .containsExactly("WARNING type signed char: it is encoded as more than one of signed, char and bool"
                        + " (\"Unsupported encoding\"), so the kernel rejects the BTF of the whole object: libbpf loads the object"
                        + " without it, so tools don't know the types of its maps -> compile the object with clang, or with GCC"
                        + " 13 or newer");
    }

    /** As {@code __btf_name_valid}. */
    @Test
    void theKernelRefusesNamesOfMoreThan512Characters() {
        assertThat(check(named("a".repeat(512)))).isEmpty();
        assertThat(check(named("a".repeat(513))))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("its name is too long (\"Invalid name\")");
    }

    private static byte[] named(String name) {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        types.type(name, BtfKind.TYPEDEF, false, 0, types.integer("int", 4));
        return types.object();
    }

    /** As compilers of Rust, C++ and Zig write it: {@code flow<u32>}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct flow_u32_ { __u64 a; }; | flow_u32_ | flow<u32> | struct flow<u32>",
                "union flow_u32_ { __u64 a; }; | flow_u32_ | flow<u32> | union flow<u32>",
                "enum flow_u32_ { A = 1 }; | flow_u32_ | flow<u32> | enum flow<u32>",
                "struct flow { __u64 a_field; }; | a_field | 1-field | field 1-field of struct flow",
                "struct ns__flow { __u64 a; }; | ns__flow | ns::flow | struct ns::flow"
            })
    void theKernelRefusesNamesThatAreNoIdentifiers(String type, String name, String changed, String where) {
        String tag = type.substring(0, type.indexOf(" {"));
        String c = type + "\nM(HASH, 8, KV(__u32, " + tag + "))";

        assertThat(check(renamed(c, name, changed)))
                .containsExactly("WARNING " + where
                        + ": its name is no identifier of C (\"Invalid name\"), so the kernel rejects the BTF of the whole object:"
                        + " libbpf loads the object without it, so tools don't know the types of its maps -> compilers of C++,"
                        + " Rust and Zig write such names for types with parameters: use a type without parameters in maps, or a"
                        + " linker that writes the names as identifiers");
        assertThat(check(c)).isEmpty();
    }

    private static byte[] renamed(String c, String name, String changed) {
        assertThat(changed).hasSameSizeAs(name);
        String object = new String(CLANG.compile(Findings.HEADER + c), StandardCharsets.ISO_8859_1);
        return object.replace(name, changed).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> check(String c) {
        return check(CLANG.compile(Findings.HEADER + c));
    }

    private static List<String> check(byte[] object) {
        return LoadCheck.of("test", object, List.of(), ByteOrder.LITTLE_ENDIAN).stream()
                .map(Findings::text)
                .toList();
    }
}
