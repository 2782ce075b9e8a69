/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs the command line, as a build tool without a plugin does. */
@Tag("jdk-independent")
@Tag("long")
class MainTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Module module;

    @BeforeEach
    void createModule() {
        Toolchain.newest();
        module = Module.tenantFlows(directory.resolve("a b")); // a space needs no quotes
    }

    @Test
    void compilesIntoTheOutputDirectory() {
        Path output = module.layout().base().resolve("build/bpf");

        assertThat(run("--output", output.toString(), "--", "-Werror")).isZero();

        assertThat(output.resolve("META-INF/bpf/com/acme/tenant_flows.bpf.o")).isNotEmptyFile();
        assertThat(module.object()).doesNotExist();
        assertThat(out.toString()).startsWith("Compiling 1 BPF program with clang ");
        assertThat(err.toString()).isEmpty();
        assertThat(run("--output", output.toString(), "--", "-Werror")).isZero();
        assertThat(out.toString()).endsWith("Nothing to compile: all BPF objects are up to date\n");
    }

    @Test
    void compilesAgainIfTheOutputDirectoryChanges() {
        for (String name : List.of("first", "second")) {
            Path output = module.layout().base().resolve(name);

            assertThat(run("--output", output.toString(), "--", "-Werror")).isZero();
            assertThat(output.resolve("META-INF/bpf/com/acme/tenant_flows.bpf.o"))
                    .isNotEmptyFile();
        }
    }

    @Test
    void reportsErrors() {
        module.write(module.source(), "int count(\n");

        assertThat(run()).isEqualTo(1);

        assertThat(err.toString())
                .contains("error: " + module.source() + ":[")
                .contains("in 1 BPF program. No object was replaced.");
    }

    @Test
    void reportsAMissingClang() {
        assertThat(run("--clang", "/no/such/clang")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("error: Compiling BPF programs needs clang, but there is no /no/such/clang.");

        err.getBuffer().setLength(0);
        assertThat(run("--clang", "/no/such/clang", "--skip-without-clang")).isZero();
        assertThat(err.toString()).startsWith("warning: Skipped compiling the BPF programs in ");
    }

    @Test
    void reportsAFileThatCannotBeWritten() {
        Path file = directory.resolve("file");
        module.write(file, "");

        assertThat(run("--output", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("error: Can't compile the BPF programs in "
                        + module.layout().sources() + ": ")
                .contains(file.toString())
                .hasLineCount(1);
    }

    @Test
    void rejectsUnknownOptions() {
        assertThat(run("--werror")).isEqualTo(2);
        assertThat(err.toString()).startsWith("Unknown option: '--werror'");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--sources", module.layout().sources().toString(),
                "--classes", module.layout().output().toString(),
                "--work", module.layout().work().toString()));
        all.addAll(List.of(arguments));
        return new CommandLine(new Main())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
