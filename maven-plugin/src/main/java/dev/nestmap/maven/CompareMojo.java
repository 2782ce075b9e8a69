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
 * Says what a change of the records breaks, a sentence for each change: maps that are pinned, C and Java that use what was
 * changed. A change that breaks something fails the build.
 *
 * <p>It compares the schema texts that Nestmap's annotation processor wrote, <code>META-INF/bpf/*.schema</code> of the module's
 * classes, with the copies of them in <code>src/main/bpf</code>, which developers check in. The copies are made, and later
 * made anew when a change is meant, by <code>mvn compile nestmap:compare -Dnestmap.update</code>.
 */
@Mojo(name = "compare", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompareMojo extends AbstractMojo {
    /** What fails the build, and the worst effect that doesn't. */
    private static final Map<String, Effect> TOLERATED = Map.of(
            "source", Effect.COMPATIBLE,
            "maps", Effect.BREAKS_SOURCE,
            "nothing", Effect.BREAKS_MAPS);

    /** Does nothing. */
    @Parameter(property = "nestmap.skip", defaultValue = "false")
    private boolean skip;

    /** Instead of comparing, makes the copies what the schema texts are now. */
    @Parameter(property = "nestmap.update", defaultValue = "false")
    private boolean update;

    /**
     * What fails the build: <code>source</code>, a change that breaks C or Java source or pinned maps; <code>maps</code>, only
     * one that breaks pinned maps; <code>nothing</code>. What breaks and doesn't fail is a warning.
     */
    @Parameter(property = "nestmap.failOn", defaultValue = "source")
    private String failOn;

    /** The directory of the programs, which the copies are in. */
    @Parameter(property = "nestmap.sourceDirectory", defaultValue = "${project.basedir}/src/main/bpf")
    private File sourceDirectory;

    @Parameter(defaultValue = "${project.basedir}", readonly = true, required = true)
    private File baseDirectory;

    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project.build.directory}/nestmap", readonly = true, required = true)
    private File workDirectory;

    /** For Maven. */
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
            throw new MojoExecutionException("Schema texts of " + sourceDirectory + " can't be compared: " + e, e);
        }
    }

    private Effect tolerated() throws MojoExecutionException {
        Effect tolerated = TOLERATED.get(failOn.toLowerCase(Locale.ROOT));
        if (tolerated == null) {
            throw new MojoExecutionException(
                    "nestmap.failOn (<failOn>) is \"" + failOn + "\"; say \"source\", \"maps\" or \"nothing\"");
        }
        return tolerated;
    }
}
