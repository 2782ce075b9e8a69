/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles with the installed clangs. */
@Tag("clang")
class ClangCompilerTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.nestmap.builder.Toolchain#all")
    void compilesWithoutDiagnostics(ClangInstallation clang) throws IOException {
        Module module = Module.tenantFlows(directory);
        List<String> headers = new HeaderSearchPath(module.layout(), List.of(), Path.of("/usr/include")).options(clang);

        ClangCompiler.Result result = new ClangCompiler(
                        module.layout(), clang, null, headers, List.of("-Wextra", "-Werror", "-mcpu=v3"))
                .compile(Module.PROGRAM);

        assertThat(result.diagnostics()).isEmpty();
        assertThat(result.failed()).isFalse();
        assertThat(module.layout().stagedObject(Module.PROGRAM)).isNotEmptyFile();
        assertThat(result.filesRead())
                .contains(
                        module.source(),
                        module.header(),
                        Path.of("/usr/include/bpf/bpf_helpers.h"),
                        Path.of("/usr/include/linux/bpf.h"))
                .anyMatch(file -> file.endsWith("asm/types.h"));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.builder.Toolchain#all")
    void reportsErrorsWithTheirLocation(ClangInstallation clang) throws IOException {
        Module module = Module.tenantFlows(directory);
        module.edit(module.source(), "flow->packets", "flow->packages");
        module.edit(module.header(), "__u64 bytes;", "__u64 bytes; __u64 more;");
        List<String> headers = new HeaderSearchPath(module.layout(), List.of(), Path.of("/usr/include")).options(clang);

        ClangCompiler.Result result =
                new ClangCompiler(module.layout(), clang, null, headers, List.of()).compile(Module.PROGRAM);

        assertThat(result.failed()).isTrue();
        assertThat(result.diagnostics()).hasSize(2).allMatch(ClangDiagnostic::isError);
        assertThat(result.diagnostics().get(0).headline())
                .startsWith(module.header() + ":[")
                .contains("size of struct flow");
        assertThat(result.diagnostics().get(0).details()).contains("  included from " + module.source() + ":[2]");
        assertThat(result.diagnostics().get(1).headline())
                .startsWith(module.source() + ":[11,31] no member named 'packages'");
    }

    /** The kernel would compare the bytes between the fields of a key. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.builder.Toolchain#all")
    void clearsVariablesThatTheProgramDoesNot(ClangInstallation clang) throws IOException {
        Module module = Module.empty(directory);
        module.write(module.layout().source("key"), """
                struct key {
                	int first;
                	char second;
                };

                void use(struct key *key);

                void set(void)
                {
                	struct key key;

                	key.first = 1;
                	use(&key);
                }
                """);

        // With -S, clang 23 warns of the option -c.
        List<String> options = List.of("-S", "-emit-llvm", "-Wno-unused-command-line-argument");
        ClangCompiler compiler = new ClangCompiler(module.layout(), clang, null, List.of(), options);

        assertThat(compiler.compile("key").diagnostics()).isEmpty();
        assertThat(module.layout().stagedObject("key"))
                .content()
                .contains("store i64 1,"); // one store for both fields and the padding
    }

    @Test
    void optionsOfTheUserOverrideOthers() {
        Module module = Module.tenantFlows(directory);
        module.edit(module.source(), "XDP_PASS", "WANTED");

        assertThat(module.compile(Module.PROGRAM, "-DWANTED=XDP_DROP").failed()).isFalse();
        assertThat(module.compile(Module.PROGRAM).failed()).isTrue();
    }

    /** As a warning, and since clang 22 as an error. */
    @Test
    void reportsAWrongInnerMap() {
        Module module = Module.tenantFlows(directory);
        module.edit(
                module.source(),
                "tenant_flow_lookup(ctx->ingress_ifindex, &key)",
                "flow_lookup((struct other_map *)0, &key)");

        assertThat(module.compile(Module.PROGRAM).diagnostics()).anySatisfy(problem -> {
            assertThat(problem.level()).isIn(Level.WARNING, Level.ERROR);
            assertThat(problem.message()).contains("incompatible pointer types");
        });
    }

    @Test
    void theObjectDoesNotDependOnTheDirectory() throws IOException {
        Module here = Module.tenantFlows(directory.resolve("here"));
        Module there = Module.tenantFlows(directory.resolve("some/where/else"));
        here.compile(Module.PROGRAM);
        there.compile(Module.PROGRAM);

        byte[] object = Files.readAllBytes(here.layout().stagedObject(Module.PROGRAM));
        assertThat(object).isEqualTo(Files.readAllBytes(there.layout().stagedObject(Module.PROGRAM)));
        assertThat(new String(object, StandardCharsets.ISO_8859_1)).doesNotContain(directory.toString());
    }
}
