/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.BuildLog;
import dev.nestmap.builder.ModuleLayout;
import java.io.File;
import java.io.IOException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal that works on the programs and schema texts of one module. */
@SuppressWarnings("NullAway.Init") // Maven sets the fields
abstract class AbstractModuleMojo extends AbstractMojo {
    private final String skipped;
    private final String task;

    /** Skips this goal. */
    @Parameter(property = "nestmap.skip", defaultValue = "false")
    private boolean skip;

    /** The directory with the programs and the copies of the schema texts. */
    @Parameter(property = "nestmap.sourceDirectory", defaultValue = "${project.basedir}/src/main/bpf")
    private File sourceDirectory;

    @Parameter(defaultValue = "${project.basedir}", readonly = true, required = true)
    private File baseDirectory;

    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project.build.directory}/nestmap", readonly = true, required = true)
    private File workDirectory;

    /**
     * Creates the goal.
     *
     * @param skipped what the goal does, for the message that it is skipped
     * @param task what the goal does, for the message that a file can't be read or written
     */
    AbstractModuleMojo(String skipped, String task) {
        this.skipped = skipped;
        this.task = task;
    }

    /** Does the goal's work. */
    abstract void run(ModuleLayout layout) throws BuildException, IOException, MojoExecutionException;

    /** Whether the user wants to skip the goal. */
    boolean isSkipped() {
        return skip;
    }

    /** The directories of the programs that the goal works on. */
    ModuleLayout layout() {
        return ModuleLayout.of(
                baseDirectory.toPath(),
                sourceDirectory.toPath(),
                outputDirectory.toPath(),
                outputDirectory.toPath(),
                workDirectory.toPath());
    }

    final File baseDirectory() {
        return baseDirectory;
    }

    /** The directory with the programs that are not tests. */
    final File sourceDirectory() {
        return sourceDirectory;
    }

    final BuildLog log() {
        return (level, message) -> message.lines().forEach(line -> {
            switch (level) {
                case ERROR -> getLog().error(line);
                case WARNING -> getLog().warn(line);
                default -> getLog().info(line);
            }
        });
    }

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (isSkipped()) {
            getLog().info("Skipped " + skipped + ", because " + (skip ? "nestmap.skip" : "maven.test.skip")
                    + " is set");
            return;
        }
        try {
            run(layout());
        } catch (BuildException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (IOException e) {
            throw new MojoExecutionException("Can't " + task + " in " + layout().sources() + ": " + e, e);
        }
    }
}
