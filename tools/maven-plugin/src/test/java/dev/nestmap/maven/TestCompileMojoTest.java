/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.builder.Module;
import dev.nestmap.builder.Toolchain;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles a program that only tests load, with the header of a record in the main sources. */
@Tag("jdk-independent")
class TestCompileMojoTest {
    @TempDir
    Path directory;

    private final TestCompileMojo mojo = new TestCompileMojo();
    private final Parameters parameters = new Parameters(mojo);
    private final RecordingLog log = new RecordingLog();
    private Path object;

    @BeforeEach
    void configure() throws Exception {
        Module module = Module.tenantFlows(directory);
        Path testClasses = directory.resolve("target/test-classes");
        parameters.setModule(module);
        parameters.set("testSourceDirectory", directory.resolve("src/test/bpf").toFile());
        parameters.set("outputDirectory", directory.resolve("target/classes").toFile());
        parameters.set("testOutputDirectory", testClasses.toFile());
        parameters.set(
                "testWorkDirectory", directory.resolve("target/nestmap-test").toFile());
        parameters.set(
                "classPath",
                List.of(
                        testClasses.toString(),
                        directory.resolve("target/classes").toString()));
        mojo.setLog(log);
        object = testClasses.resolve("META-INF/bpf/probe.bpf.o");
        module.write(module.layout().sources().resolve("common.h"), "#define ACTION XDP_PASS\n");
        module.write(directory.resolve("src/test/bpf/probe.bpf.c"), """
                #include "tenant_flows.bpf.h"
                #include "common.h"
                SEC("xdp") int probe(struct xdp_md *context) { return tenant_lookup(1) ? ACTION : XDP_DROP; }
                """);
    }

    @Test
    void compilesIntoTheTestClasses() throws Exception {
        Toolchain.newestExecutable();

        mojo.execute();

        assertThat(object).isNotEmptyFile();
        assertThat(directory.resolve("target/classes/META-INF/bpf/probe.bpf.o")).doesNotExist();
    }

    @Test
    void doesNothingIfMavenCompilesNoTests() throws Exception {
        parameters.set("skipTests", true);

        mojo.execute();

        assertThat(log.lines())
                .containsExactly("INFO Skipped compiling BPF programs of tests, because maven.test.skip is set");
        assertThat(object).doesNotExist();
    }
}
