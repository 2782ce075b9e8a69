/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs whole builds of a module with the newest installed clang. */
abstract class BuildTest {
    static final String UP_TO_DATE = "INFO Nothing to compile: all BPF objects are up to date";

    @TempDir
    Path directory;

    Module module;

    @SuppressWarnings("NullAway.Init") // set by createModule
    String clang;

    final List<String> arguments = new ArrayList<>();
    final List<Path> dependencies = new ArrayList<>();
    final List<String> architectures = new ArrayList<>();

    @BeforeEach
    void createModule() {
        clang = Toolchain.newestExecutable().toString();
        module = Module.tenantFlows(directory.resolve("module"));
    }

    /** The log of a build. */
    List<String> build() throws Exception {
        RecordingLog log = new RecordingLog();
        build(log);
        return log.lines();
    }

    /** The log of a build that fails with a message that begins like this. */
    List<String> failure(String message) {
        RecordingLog log = new RecordingLog();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build(log))
                .withMessageStartingWith(message);
        return log.lines();
    }

    void build(RecordingLog log) throws Exception {
        new ModuleObjectCompiler(
                        module.layout(),
                        new ModuleObjectCompiler.Options(clang, arguments, dependencies, List.of(), architectures),
                        log)
                .run();
    }
}
