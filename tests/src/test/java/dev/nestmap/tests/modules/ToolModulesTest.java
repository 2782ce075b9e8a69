/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code nestmap} and the builder of objects run on the module path. */
class ToolModulesTest {
    /** It contains nested maps, and it is in the jar of the runtime. */
    private static final Path OBJECT = Path.of("../runtime/target/classes/META-INF/bpf/nest_reader.bpf.o");

    @TempDir
    Path directory;

    @Test
    void theBuilderRunsOnTheModulePath() throws IOException {
        Path sources = directory.resolve("bpf");

        assertThat(run(
                        "dev.nestmap.builder/dev.nestmap.builder.Main",
                        "--sources",
                        sources.toString(),
                        "--classes",
                        directory.resolve("classes").toString(),
                        "--work",
                        directory.resolve("work").toString()))
                .containsExactly("No BPF programs to compile in " + sources);
    }

    /** An import writes records with JavaPoet, an automatic module. */
    @Test
    void theCommandRunsOnTheModulePath() throws IOException {
        assumeTrue(Files.exists(OBJECT), "clang was missing when the runtime was built");
        assertThat(run("dev.nestmap.cli/dev.nestmap.cli.Main", "import", OBJECT.toString(), "--package", "com.acme"))
                .contains("package com.acme;", "public interface NestReader {");
    }

    /** Starts the main class of a module, and returns what it prints, including warnings of the Java VM. */
    private static List<String> run(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-p",
                ModulePath.argument(ModulePath.ofTools()),
                "-m",
                main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
