/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.Finding;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Imports C code in the style of other projects. The records compile, the header compiles alone or after {@code vmlinux.h}, and its maps equal those
 * of the object, or a remark says how they differ.
 */
class UnusualSourcesTest {
    /**
     * A C source.
     *
     * @param code declarations before the map
     * @param value the type of the values of its map {@code m}
     * @param remark a part of the only remark of {@code import --header}; empty if there is none
     */
    record Sample(String name, String code, String value, String remark) {
        String source() {
            return "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n" + code
                    + "\nstruct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32);"
                    + " __type(value, " + value + "); } m SEC(\".maps\");\n";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Sample> SAMPLES = List.of(
            new Sample("kernel_enum", "struct v { enum bpf_func_id helper; };", "struct v", ""),
            new Sample("in6_socket", "#include <linux/in6.h>", "struct sockaddr_in6", ""),
            new Sample(
                    "in6_others",
                    "#include <linux/in6.h>\nstruct v { struct ipv6_mreq m; struct in6_flowlabel_req r; };",
                    "struct v",
                    ""),
            new Sample("in_address", "#include <linux/in.h>\nstruct v { struct in_addr a; };", "struct v", ""),
            new Sample("in_socket", "#include <linux/in.h>", "struct sockaddr_in", ""),
            new Sample(
                    "own_address",
                    "struct in_addr { __u32 parts[3]; }; struct v { struct in_addr a; };",
                    "struct v",
                    "struct in_addr in the object"),
            new Sample(
                    "floats",
                    "struct v { float load; double rate[2]; };",
                    "struct v",
                    "floating-point number of 8 bytes"),
            new Sample(
                    "large_enum",
                    "enum flags { FIRST = 1, LAST = 0x8000000000000000ULL }; struct v { enum flags f; };",
                    "struct v",
                    ""),
            new Sample(
                    "high_bit",
                    "enum color { RED = 1, BLUE = 3000000000 }; struct v { enum color c; };",
                    "struct v",
                    ""),
            new Sample(
                    "perf_value",
                    "struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4);"
                            + " __uint(value_size, 84); __uint(max_entries, 4); } events SEC(\".maps\");",
                    "__u64",
                    "NM-310"));

    @TempDir
    private static Path folder;

    private static RoundTrip trip = new RoundTrip(Path.of(""));

    @BeforeAll
    static void importAndCompile() {
        trip = new RoundTrip(folder);
        for (Sample sample : SAMPLES) {
            Path object = folder.resolve(sample.name() + ".bpf.o");
            trip.compile(sample.source(), object).succeeded();
            trip.addBoth(sample.name(), object);
        }
        trip.compile();
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void theRecordsBindToTheObject(Sample sample) {
        Schema declared = trip.declared(RoundTrip.binding(sample.name()));

        assertThat(SchemaComparison.compare(declared, trip.actual(sample.name())))
                .isEmpty();
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void theHeaderMakesTheSameMapOrARemarkNamesTheDifference(Sample sample) {
        List<String> remarks = trip.records(sample.name()).remarks().stream()
                .map(Finding::what)
                .toList();

        assertThat(remarks)
                .hasSize(sample.remark().isEmpty() ? 0 : 1)
                .allMatch(remark -> remark.contains(sample.remark()));
        Schema maps = new Schema(
                "", "", List.of(), List.of(), trip.actual(sample.name()).maps());
        if (remarks.isEmpty()) {
            assertThat(SchemaComparison.compare(maps, trip.recompiled(sample.name())))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void theHeaderCompilesAfterTheKernelsTypes(Sample sample) {
        trip.compileAfterKernelTypes(sample.name()).succeeded();
    }
}
