/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.schema.compare.SchemaChange.Effect;
import java.io.File;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Reports what a change of the records breaks: maps that are pinned, and C and Java code that uses the records. There is one
 * message for each change. A change that breaks something fails the build.
 *
 * <p>The goal compares the schema texts that Nestmap's annotation processor generated, <code>META-INF/bpf/*.schema</code> in
 * the module's classes, with copies in <code>src/main/bpf</code>, which developers keep in version control. The command
 * <code>mvn compile nestmap:compare -Dnestmap.update</code> creates the copies. It also updates them after an intended change.
 */
@Mojo(name = "compare", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompareMojo extends AbstractMojo {
    /** The worst effect that does not fail the build, for each value of <code>failOn</code>. */
    private static final Map<String, Effect> TOLERATED = Map.of(
            "source", Effect.COMPATIBLE,
            "maps", Effect.BREAKS_SOURCE,
            "nothing", Effect.BREAKS_MAPS);

    /** Skips this goal. */
    @Parameter(property = "nestmap.skip", defaultValue = "false")
    private boolean skip;

    /** Writes the copies instead of comparing them. */
    @Parameter(property = "nestmap.update", defaultValue = "false")
    private boolean update;

    /**
     * The changes that fail the build: <code>source</code> for changes that break C or Java code or pinned maps,
     * <code>maps</code> for changes that break pinned maps, or <code>nothing</code>. Other changes that break something are
     * warnings.
     */
    @Parameter(property = "nestmap.failOn", defaultValue = "source")
    private String failOn;

    /** The directory with the programs and the copies of the schema texts. */
    @Parameter(property = "nestmap.sourceDirectory", defaultValue = "${project.basedir}/src/main/bpf")
    private File sourceDirectory;

    @Parameter(defaultValue = "${project.basedir}", readonly = true, required = true)
    private File baseDirectory;

    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project.build.directory}/nestmap", readonly = true, required = true)
    private File workDirectory;

    /** Maven calls this constructor. */
    public CompareMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Skipped comparing schema texts, because nestmap.skip is set");
            return;
        }
        ModuleLayout layout = ModuleLayout.of(baseDirectory, sourceDirectory, outputDirectory, workDirectory);
        SchemaCopies copies = new SchemaCopies(layout, getLog());
        try {
            if (update) {
                copies.update();
            } else {
                copies.compare(tolerated());
            }
        } catch (BuildException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (IOException e) {
            throw new MojoExecutionException(
                    "Can't compare the schema texts with the copies in " + sourceDirectory + ": " + e, e);
        }
    }

    private Effect tolerated() throws MojoExecutionException {
        Effect tolerated = TOLERATED.get(failOn.toLowerCase(Locale.ROOT));
        if (tolerated == null) {
            throw new MojoExecutionException(
                    "Parameter failOn (nestmap.failOn) is \"" + failOn + "\"; use \"source\", \"maps\" or \"nothing\"");
        }
        return tolerated;
    }
}
