/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Fails before the Java compiler starts if the module has records and the compiler is not configured to run Nestmap's annotation processor.
 * The message has the cause and the lines to add to the POM. Without this goal, javac reports "cannot find symbol" for each use of a
 * generated class.
 */
@Mojo(name = "prepare", defaultPhase = LifecyclePhase.PROCESS_SOURCES, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class PrepareMojo extends RecordMojo {
    @Parameter(defaultValue = "${project.compileSourceRoots}", readonly = true, required = true)
    private List<String> sourceRoots;

    @Parameter(defaultValue = "${project.testCompileSourceRoots}", readonly = true, required = true)
    private List<String> testSourceRoots;

    /** Maven calls this constructor. */
    public PrepareMojo() {
        super("checking the configuration of the Java compiler", "check the configuration of the Java compiler");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException {
        Optional<String> problem = processorProblem("compile", sourceRoots);
        if (problem.isEmpty()) {
            problem = processorProblem("testCompile", testSourceRoots);
        }
        if (problem.isPresent()) {
            throw new BuildException(problem.get());
        }
    }
}
