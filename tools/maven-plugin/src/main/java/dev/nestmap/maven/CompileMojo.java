/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Compiles the BPF programs of a module, <code>src/main/bpf/*.bpf.c</code>, with clang to <code>META-INF/bpf/*.bpf.o</code> in
 * its classes, so that the jar contains the objects.
 *
 * <p>Programs include the headers that Nestmap's annotation processor generated, for this module and for its dependencies, by
 * name: <code>#include "tenant_flows.bpf.h"</code>. Each object is compared with the schema text of the records. A difference
 * fails the build. The objects are replaced only if all of them pass.
 *
 * <p>The goal runs in the phase <code>compile</code>, after the Java compiler, which generates the headers.
 *
 * <p>The goal compiles a program only if something changed: the source, a header that it includes, a schema text, the options
 * or the version of clang.
 */
@Mojo(
        name = "compile",
        defaultPhase = LifecyclePhase.COMPILE, // after javac
        requiresDependencyResolution = ResolutionScope.COMPILE,
        threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompileMojo extends AbstractCompileMojo {
    @Parameter(defaultValue = "${project.compileClasspathElements}", readonly = true, required = true)
    private List<String> classPath;

    /** The directory with the programs of tests, which the goal <code>testCompile</code> compiles. */
    @Parameter(property = "nestmap.testSourceDirectory", defaultValue = "${project.basedir}/src/test/bpf")
    private File testSourceDirectory;

    /** Maven calls this constructor. */
    public CompileMojo() {
        super("compiling BPF programs", "compile the BPF programs");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException, MojoExecutionException {
        super.run(layout);
        if (isBound("compile")) { // not called from the command line
            warnOfTestPrograms();
        }
    }

    private void warnOfTestPrograms() throws IOException {
        List<String> programs = ModuleLayout.programs(testSourceDirectory.toPath());
        if (!programs.isEmpty() && !isBound("testCompile")) {
            log().warn(testSourceDirectory + " has BPF programs (" + String.join(", ", programs)
                    + "), but the POM does not bind the goal testCompile of nestmap-maven-plugin, which compiles them. Add"
                    + " <goal>testCompile</goal> beside <goal>compile</goal>");
        }
    }

    @Override
    List<String> classPath() {
        return classPath;
    }

    @Override
    List<Path> testedClasses() {
        return List.of();
    }

    @Override
    List<String> headerArguments() {
        return List.of();
    }
}
