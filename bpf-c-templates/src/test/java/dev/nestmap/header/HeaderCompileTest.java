/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles the headers with every installed clang; with {@code -Dnestmap.clangs=newest}, the older ones compile one file. */
@Tag("clang")
class HeaderCompileTest {
    private static final String CLANGS = "dev.nestmap.header.Tools#clangs";

    @TempDir
    static Path directory;

    private static Tools tools;

    @BeforeAll
    static void writeHeaders() {
        tools = new Tools(directory);
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#compilers")
    void compilesBesideLinuxHeaders(String compiler) {
        for (Schema schema : Schemas.all().toList()) {
            tools.compile(compiler, "alone", include(schema), "-O2", "-std=gnu89")
                    .succeeded();
            tools.compile(compiler, "alone", include(schema), "-O2").succeeded();
        }
    }

    @ParameterizedTest
    @MethodSource(CLANGS)
    void compilesBesideVmlinux(String clang) {
        List<String> vmlinux = tools.includeVmlinux(clang);
        for (Schema schema : Schemas.all().toList()) {
            tools.compile(clang, "alone", include(schema), vmlinux).succeeded();
        }
    }

    @ParameterizedTest
    @MethodSource(CLANGS)
    void definesErrnoAsTheKernelDoes(String clang) {
        List<String> vmlinux = tools.includeVmlinux(clang);
        String header = include(Schemas.TENANT_FLOWS);
        String errno = "#include <asm-generic/errno-base.h>\n";
        String own = "#define ENOENT 2\n";
        String value = "_Static_assert(-ENOENT == -2, \"ENOENT\");\n";
        for (String source : List.of(header, header + errno, errno + header, header + own, own + header)) {
            tools.compile(clang, "errno", "#include <linux/bpf.h>\n" + source + value)
                    .succeeded();
            tools.compile(clang, "errno", source + value, vmlinux).succeeded();
        }
    }

    @ParameterizedTest
    @MethodSource(CLANGS)
    void unusedHelpersCostNothing(String clang) {
        tools.compile(clang, "unused", include(Schemas.WIDE)).succeeded();

        Tools.needCommand("readelf");
        Tools.Result sections = tools.run("readelf", "-SW", "unused.o");
        assertThat(sections.output()).containsPattern("\\.text +PROGBITS +0{16} [0-9a-f]+ 000000 ");
    }

    @ParameterizedTest
    @MethodSource(CLANGS)
    void rejectsTheHandleOfAnotherMap(String clang) {
        Tools.Result result = tools.compile(clang, "wrong", include(Schemas.WIDE) + """
                        long count(const struct pair *pair)
                        {
                        	__s64 *count = history_lookup(by_cpu_lookup(0), TIER_GOLD);

                        	return count ? *count : 0;
                        }
                        """);

        assertThat(result.status()).isNotZero();
        assertThat(result.output())
                .contains("-Wincompatible-pointer-types", "'struct pair_map *'", "'struct history_map *'");
    }

    /** An update that fails is a lost count. */
    @ParameterizedTest
    @MethodSource(CLANGS)
    void warnsOfAnUpdateWhoseResultNobodyUses(String clang) {
        Tools.Result result = tools.compile(clang, "unchecked", include(Schemas.TENANT_FLOWS) + """
                        void count(const struct flow_key *key, const struct flow *value)
                        {
                        	flow_update(tenant_lookup(1), key, value, BPF_ANY);
                        }
                        """);

        assertThat(result.status()).isNotZero();
        assertThat(result.output()).contains("-Wunused-result", "ignoring return value");
    }

    @ParameterizedTest
    @MethodSource(CLANGS)
    void namesTheFieldThatMoved(String clang) {
        String source = "\t__be16 source_port;\n";
        String destination = "\t__be16 destination_port;\n";
        String moved =
                HeaderPrinter.print(Schemas.TENANT_FLOWS, "").replace(source + destination, destination + source);

        Tools.Result result = tools.compile(clang, "moved", moved);

        assertThat(result.status()).isNotZero();
        assertThat(result.output())
                .contains("offset of source_port in struct flow_key", "offset of destination_port in struct flow_key")
                .doesNotContain("offset of protocol", "size of");
    }

    /** With every clang, also where the other tests take the newest one. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#installedClangs")
    void canBeIncludedTwiceAndBesideOthers(String clang) {
        String all = include(Schemas.WIDE) + include(Schemas.FLOW_HEADER) + include(Schemas.ENDPOINT);

        tools.compile(clang, "beside", all + all).succeeded();
    }

    static String include(Schema schema) {
        return "#include \"" + schema.header() + ".bpf.h\"\n";
    }
}
