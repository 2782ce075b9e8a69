/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.ObjectFileCheck;
import java.io.File;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Checks object files in version control, without privileges and without loading them. Finds parts that the kernel would reject without
 * saying why, fragile parts, and contradictions between an object and the records of the same name. A problem that prevents the load of an
 * object fails the build; other problems are warnings and notes.
 */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CheckMojo extends AbstractModuleMojo {
    /** The directory with the objects (<code>*.o</code>). */
    @Parameter(
            property = "nestmap.objectDirectory",
            defaultValue = "${project.basedir}/src/main/resources/META-INF/bpf")
    private File objectDirectory;

    /** Whether fragile parts also fail the build. */
    @Parameter(property = "nestmap.strict", defaultValue = "false")
    private boolean strict;

    /** Maven calls this constructor. */
    public CheckMojo() {
        super("checking objects", "check the objects");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException {
        new ObjectFileCheck(layout, log()).check(objectDirectory.toPath(), strict);
    }
}
