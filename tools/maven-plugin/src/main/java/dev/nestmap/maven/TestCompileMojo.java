/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.ModuleLayout;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Compiles the BPF programs that only tests load, <code>src/test/bpf/*.bpf.c</code>, with clang to <code>META-INF/bpf/*.bpf.o</code> in
 * the test classes.
 *
 * <p>They can include the headers of records in <code>src/test/java</code> and in <code>src/main/java</code>, and the headers in
 * <code>src/main/bpf</code>. Otherwise the goal is like <code>compile</code>.
 */
@Mojo(
        name = "testCompile",
        defaultPhase = LifecyclePhase.TEST_COMPILE, // after javac
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class TestCompileMojo extends AbstractCompileMojo {
    /** The directory with the programs. */
    @Parameter(property = "nestmap.testSourceDirectory", defaultValue = "${project.basedir}/src/test/bpf")
    private File testSourceDirectory;

    /** Skips compiling tests. Maven's compiler knows this property, too. */
    @Parameter(property = "maven.test.skip", defaultValue = "false")
    private boolean skipTests;

    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project.build.testOutputDirectory}", readonly = true, required = true)
    private File testOutputDirectory;

    @Parameter(defaultValue = "${project.build.directory}/nestmap-test", readonly = true, required = true)
    private File testWorkDirectory;

    @Parameter(defaultValue = "${project.testClasspathElements}", readonly = true, required = true)
    private List<String> classPath;

    /** Maven calls this constructor. */
    public TestCompileMojo() {
        super("compiling BPF programs of tests", "compile the BPF programs of tests");
    }

    @Override
    boolean isSkipped() {
        return super.isSkipped() || skipTests;
    }

    @Override
    ModuleLayout layout() {
        return ModuleLayout.of(
                baseDirectory().toPath(),
                testSourceDirectory.toPath(),
                testOutputDirectory.toPath(),
                testOutputDirectory.toPath(),
                testWorkDirectory.toPath());
    }

    @Override
    List<String> classPath() {
        return classPath;
    }

    @Override
    List<Path> testedClasses() {
        return List.of(outputDirectory.toPath());
    }

    @Override
    List<String> headerArguments() {
        return List.of("-I" + sourceDirectory().getAbsolutePath());
    }
}
