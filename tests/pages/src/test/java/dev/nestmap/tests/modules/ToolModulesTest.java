/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command {@code nestmap} runs on the module path. */
class ToolModulesTest {
    /** It contains nested maps, and it is in the jar of the runtime. */
    private static final Path OBJECT = Path.of("../../runtime/target/classes/META-INF/bpf/nest_reader.bpf.o");

    /** An import writes records with JavaPoet, an automatic module. */
    @Test
    void theCommandRunsOnTheModulePath() throws IOException {
        assumeTrue(Files.exists(OBJECT), "clang was missing when the runtime was built");
        assertThat(run("dev.nestmap.cli/dev.nestmap.cli.Main", "import", OBJECT.toString(), "--package", "com.acme"))
                .contains("package com.acme;", "public interface NestReader {");
    }

    private static List<String> run(String main, String... arguments) throws IOException {
        return ModulePath.run(ModulePath.ofTools(), List.of(), main, arguments);
    }
}
