/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.SchemaBaselineCheck;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Reports the pinned maps that a change of the records breaks or may break, with one message for each change. Such a change fails the build.
 *
 * <p>The goal compares the schema texts that Nestmap's annotation processor generated, <code>META-INF/bpf/*.schema</code> in
 * the module's classes, with copies in <code>src/main/bpf</code>, which developers keep in version control. The command
 * <code>mvn compile nestmap:compare -Dnestmap.update</code> creates the copies. It also updates them after an intended change.
 */
@Mojo(name = "compare", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompareMojo extends AbstractModuleMojo {
    private static final String COMMAND = "mvn compile nestmap:compare";

    /** Writes the copies instead of comparing them. */
    @Parameter(property = "nestmap.update", defaultValue = "false")
    private boolean update;

    /** Maven calls this constructor. */
    public CompareMojo() {
        super("comparing schema texts", "compare the schema texts with the copies");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException {
        SchemaBaselineCheck copies = new SchemaBaselineCheck(layout, log(), COMMAND, COMMAND + " -Dnestmap.update");
        if (update) {
            copies.update();
        } else {
            copies.compare();
        }
    }
}
