/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.SchemaBaselineCheck;
import dev.nestmap.lint.change.SchemaChange.Effect;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Reports the pinned maps, and the C and Java code, that a change of the records breaks, with one message for each change. Such a change
 * fails the build.
 *
 * <p>The goal compares the schema texts that Nestmap's annotation processor generated, <code>META-INF/bpf/*.schema</code> in
 * the module's classes, with copies in <code>src/main/bpf</code>, which developers keep in version control. The command
 * <code>mvn compile nestmap:compare -Dnestmap.update</code> creates the copies. It also updates them after an intended change.
 */
@Mojo(name = "compare", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompareMojo extends AbstractModuleMojo {
    private static final String COMMAND = "mvn compile nestmap:compare";

    /** The worst effect that does not fail the build, for each value of <code>failOn</code>. */
    private static final Map<String, Effect> TOLERATED = Map.of(
            "source", Effect.COMPATIBLE,
            "maps", Effect.BREAKS_SOURCE,
            "nothing", Effect.BREAKS_MAPS);

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

    /** Maven calls this constructor. */
    public CompareMojo() {
        super("comparing schema texts", "compare the schema texts with the copies");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException, MojoExecutionException {
        SchemaBaselineCheck copies = new SchemaBaselineCheck(layout, log(), COMMAND, COMMAND + " -Dnestmap.update");
        if (update) {
            copies.update();
        } else {
            copies.compare(tolerated());
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
