/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets the fields of the goal as Maven does, and runs it. */
class CompileMojoTest {
    @TempDir
    Path directory;

    private final CompileMojo mojo = new CompileMojo();
    private final RecordingLog log = new RecordingLog();
    private Module module;

    @BeforeEach
    void configure() throws Exception {
        module = Module.tenantFlows(directory);
        set("baseDirectory", module.layout().base().toFile());
        set("sourceDirectory", module.layout().sources().toFile());
        set("outputDirectory", module.layout().output().toFile());
        set("workDirectory", module.layout().work().toFile());
        set("classPath", List.of(module.layout().output().toString()));
        mojo.setLog(log);
    }

    @Test
    void compilesIntoTheClasses() throws Exception {
        Toolchain.newest();

        mojo.execute();

        assertThat(module.object()).isNotEmptyFile();
        // The module's own header is not a dependency's.
        assertThat(module.layout().dependencyHeaders()).isEmptyDirectory();
    }

    @Test
    void passesOptionsToClang() throws Exception {
        set("clang", Toolchain.newest().executable().toString());
        set("cpu", "v99");
        set("arguments", List.of("-Werror"));

        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(mojo::execute)
                .withMessageStartingWith("1 error in 1 BPF program");
        assertThat(log.lines()).contains("ERROR unknown target CPU 'v99'");
    }

    @Test
    void failsWithoutClang() throws Exception {
        set("clang", "/no/such/clang");

        assertThatExceptionOfType(MojoExecutionException.class)
                .isThrownBy(mojo::execute)
                .withMessageContaining("there is no /no/such/clang")
                .withMessageContaining("package clang");
    }

    @Test
    void warnsWithoutClangIfConfigured() throws Exception {
        set("clang", "/no/such/clang");
        set("skipWithoutClang", true);

        mojo.execute();

        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(0))
                .startsWith("WARN Skipped compiling the BPF programs in "
                        + module.layout().sources() + ". Compiling BPF programs needs clang, but there is no");
        assertThat(log.lines().get(1))
                .startsWith("WARN Install clang 14 or newer")
                .contains("package clang");
        assertThat(module.object()).doesNotExist();
    }

    @Test
    void doesNothingWhenSkipped() throws Exception {
        set("skip", true);

        mojo.execute();

        assertThat(log.lines()).containsExactly("INFO Skipped compiling BPF programs, because nestmap.skip is set");
        assertThat(module.object()).doesNotExist();
    }

    private void set(String parameter, Object value) throws ReflectiveOperationException {
        Field field = CompileMojo.class.getDeclaredField(parameter);
        field.setAccessible(true);
        field.set(mojo, value);
    }
}
