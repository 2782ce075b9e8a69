/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import dev.nestmap.builder.Toolchain;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets the fields of the goal as Maven does, and runs it. */
@Tag("clang")
class CompileMojoTest {
    @TempDir
    Path directory;

    private final CompileMojo mojo = new CompileMojo();
    private final Parameters parameters = new Parameters(mojo);
    private final RecordingLog log = new RecordingLog();
    private Module module;

    @BeforeEach
    void configure() throws Exception {
        module = Module.tenantFlows(directory);
        parameters.setModule(module);
        parameters.set("classPath", List.of(module.layout().output().toString()));
        parameters.set("testSourceDirectory", directory.resolve("src/test/bpf").toFile());
        mojo.setLog(log);
    }

    @Test
    void compilesIntoTheClasses() throws Exception {
        Toolchain.newestExecutable();

        mojo.execute();

        assertThat(module.object()).isNotEmptyFile();
        // The module's own header is not a dependency's.
        assertThat(module.layout().dependencyHeaders()).doesNotExist();
    }

    @Test
    void passesOptionsToClang() throws Exception {
        parameters.set("clang", Toolchain.newestExecutable().toString());
        parameters.set("cpu", "v99");
        parameters.set("arguments", List.of("-Werror"));

        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(mojo::execute)
                .withMessageStartingWith("1 error in 1 BPF program");
        assertThat(log.lines()).contains("ERROR unknown target CPU 'v99'");
    }

    @Test
    void failsWithoutClang() throws Exception {
        parameters.set("clang", "/no/such/clang");

        assertThatExceptionOfType(MojoExecutionException.class)
                .isThrownBy(mojo::execute)
                .withMessage(
                        "Compiling BPF programs needs clang, but there is no /no/such/clang.\nInstall clang 14 or newer"
                                + " (Debian, Ubuntu and Fedora: package clang), or name the path of one (Maven:"
                                + " -Dnestmap.clang=/path/to/clang)\nOr build without BPF objects on this machine:"
                                + " -Dnestmap.skipWithoutClang");
    }

    @Test
    void warnsWithoutClangIfConfigured() throws Exception {
        parameters.set("clang", "/no/such/clang");
        parameters.set("skipWithoutClang", true);

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
    void warnsOfTestProgramsThatNoGoalCompiles() throws Exception {
        parameters.set("clang", "/no/such/clang");
        parameters.set("skipWithoutClang", true);
        module.write(directory.resolve("src/test/bpf/probe.bpf.c"), "");

        parameters.setPlugins(EffectiveModel.plugins(own("<goal>compile</goal>")));
        mojo.execute();
        assertThat(log.lines())
                .contains("WARN " + directory.resolve("src/test/bpf")
                        + " has BPF programs (probe), but the POM does not bind"
                        + " the goal testCompile of nestmap-maven-plugin, which compiles them. Add"
                        + " <goal>testCompile</goal> beside <goal>compile</goal>");

        RecordingLog complete = new RecordingLog();
        mojo.setLog(complete);
        parameters.setPlugins(EffectiveModel.plugins(own("<goal>compile</goal><goal>testCompile</goal>")));
        mojo.execute();
        parameters.setPlugins(List.of()); // called from the command line
        mojo.execute();
        assertThat(complete.lines()).hasSize(4).noneMatch(line -> line.contains("does not bind"));
    }

    @Test
    void doesNothingWhenSkipped() throws Exception {
        parameters.skip();

        mojo.execute();

        assertThat(log.lines()).containsExactly("INFO Skipped compiling BPF programs, because nestmap.skip is set");
        assertThat(module.object()).doesNotExist();
    }

    /** Compiles a program that only tests load, with the header of a record in the main sources. */
    @Test
    void compilesProgramsOfTestsIntoTheTestClasses() throws Exception {
        Toolchain.newestExecutable();
        TestCompileMojo goal = new TestCompileMojo();
        Parameters ofTests = testParameters(goal);
        module.write(module.layout().sources().resolve("common.h"), "#define ACTION XDP_PASS\n");
        module.write(directory.resolve("src/test/bpf/probe.bpf.c"), """
                #include "tenant_flows.bpf.h"
                #include "common.h"
                SEC("xdp") int probe(struct xdp_md *context) { return tenant_lookup(1) ? ACTION : XDP_DROP; }
                """);
        Path object = directory.resolve("target/test-classes/META-INF/bpf/probe.bpf.o");

        ofTests.set("skipTests", true);
        goal.execute();
        assertThat(log.lines())
                .containsExactly("INFO Skipped compiling BPF programs of tests, because maven.test.skip is set");
        assertThat(object).doesNotExist();

        ofTests.set("skipTests", false);
        goal.execute();
        assertThat(object).isNotEmptyFile();
        assertThat(directory.resolve("target/classes/META-INF/bpf/probe.bpf.o")).doesNotExist();
    }

    private Parameters testParameters(TestCompileMojo goal) throws Exception {
        Path classes = directory.resolve("target/classes");
        Path testClasses = directory.resolve("target/test-classes");
        Parameters ofTests = new Parameters(goal);
        ofTests.setModule(module);
        ofTests.set("testSourceDirectory", directory.resolve("src/test/bpf").toFile());
        ofTests.set("outputDirectory", classes.toFile());
        ofTests.set("testOutputDirectory", testClasses.toFile());
        ofTests.set(
                "testWorkDirectory", directory.resolve("target/nestmap-test").toFile());
        ofTests.set("classPath", List.of(testClasses.toString(), classes.toString()));
        goal.setLog(log);
        return ofTests;
    }

    private static String own(String goals) {
        return "<plugin><groupId>dev.nestmap</groupId><artifactId>nestmap-maven-plugin</artifactId><executions><execution>"
                + "<goals>" + goals + "</goals></execution></executions></plugin>";
    }
}
