/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.Finding;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imports C code in the style of other projects. The records compile, the header compiles alone or after {@code vmlinux.h}, and its maps equal those
 * of the object, or a remark says how they differ.
 */
@Tag("jdk-independent")
class UnusualSourcesTest {
    private static final String INCLUDES = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n";

    /**
     * A part of a C source.
     *
     * @param code declarations before the map
     * @param value the type of the values of its map {@code m}; empty if the code contains the map
     * @param remarks parts of the remarks of {@code import --header} about the map, in their order
     */
    private record Sample(String code, String value, List<String> remarks) {
        static Sample equal(String code, String value) {
            return new Sample(code, value, List.of());
        }

        static Sample named(String code, String value, String... remarks) {
            return new Sample(code, value, List.of(remarks));
        }

        String source() {
            return (code.contains("bpf_helpers.h") ? "" : INCLUDES)
                    + code
                    + (value.isEmpty()
                            ? ""
                            : "\nstruct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32);"
                                    + " __type(value, " + value + "); } m SEC(\".maps\");\n");
        }
    }

    private static final Map<String, Sample> SAMPLES = samples();

    @TempDir
    private static Path folder;

    private static RoundTrip trip = new RoundTrip(Path.of(""));

    private static Map<String, Sample> samples() {
        Map<String, Sample> samples = new LinkedHashMap<>();
        samples.put("kernel_enum", Sample.equal("struct v { enum bpf_func_id helper; };", "struct v"));
        samples.put("in6_socket", Sample.equal("#include <linux/in6.h>", "struct sockaddr_in6"));
        samples.put(
                "in6_others",
                Sample.equal(
                        "#include <linux/in6.h>\nstruct v { struct ipv6_mreq m; struct in6_flowlabel_req r; };",
                        "struct v"));
        samples.put("in_address", Sample.equal("#include <linux/in.h>\nstruct v { struct in_addr a; };", "struct v"));
        samples.put("in_socket", Sample.equal("#include <linux/in.h>", "struct sockaddr_in"));
        samples.put(
                "own_address",
                Sample.named(
                        "struct in_addr { __u32 parts[3]; }; struct v { struct in_addr a; };",
                        "struct v",
                        "struct in_addr in the object"));
        samples.put(
                "floats",
                Sample.named(
                        "struct v { float load; double rate[2]; };", "struct v", "floating-point number of 8 bytes"));
        samples.put(
                "large_enum",
                Sample.equal(
                        "enum flags { FIRST = 1, LAST = 0x8000000000000000ULL }; struct v { enum flags f; };",
                        "struct v"));
        samples.put(
                "high_bit",
                Sample.equal("enum color { RED = 1, BLUE = 3000000000 }; struct v { enum color c; };", "struct v"));
        samples.put(
                "perf_value",
                Sample.named(
                        "struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4);"
                                + " __uint(value_size, 84); __uint(max_entries, 4); } events SEC(\".maps\");",
                        "__u64",
                        "NM-310"));
        return samples;
    }

    static Set<String> names() {
        return SAMPLES.keySet();
    }

    @BeforeAll
    static void importAndCompile() throws IOException {
        trip = new RoundTrip(folder);
        trip.kernelTypes();
        for (Map.Entry<String, Sample> sample : SAMPLES.entrySet()) {
            Path source = folder.resolve(sample.getKey() + ".bpf.c");
            Path object = folder.resolve(sample.getKey() + ".bpf.o");
            Files.writeString(source, sample.getValue().source());
            InstalledClang.newest()
                    .compile(
                            source,
                            object,
                            List.of(
                                    "-target",
                                    "bpf",
                                    "-O2",
                                    "-I" + folder,
                                    "-Wno-missing-declarations",
                                    "-Wno-unused-parameter"))
                    .succeeded();
            trip.add(sample.getKey(), object, Map.of(), Map.of());
        }
        trip.compile();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theRecordsBindToTheObject(String name) {
        Schema declared = trip.declared(RoundTrip.binding(name));

        assertThat(SchemaComparison.compare(declared, trip.actual(name))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theHeaderMakesTheSameMapOrARemarkNamesTheDifference(String name) {
        List<String> remarks =
                trip.records(name).remarks().stream().map(Finding::what).toList();
        List<String> expected = Objects.requireNonNull(SAMPLES.get(name), name).remarks();

        assertThat(remarks).hasSize(Math.min(expected.size(), 1));
        expected.forEach(part -> assertThat(remarks.get(0)).contains(part));
        Schema maps = new Schema("", "", List.of(), List.of(), trip.actual(name).maps());
        if (expected.isEmpty()) {
            assertThat(SchemaComparison.compare(maps, trip.recompiled(name))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theHeaderCompilesAfterTheKernelsTypes(String name) {
        trip.compileAfterKernelTypes(name).succeeded();
    }
}
