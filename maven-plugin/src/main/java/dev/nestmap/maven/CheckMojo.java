/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.btf.LoadCheck;
import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.btf.LoadCheck.Severity;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Checks object files that are in version control, without privileges and without loading them: what libbpf or the kernel would reject,
 * what is fragile, and where an object contradicts the records of its name. A problem that keeps an object from being loaded fails the
 * build; the others are warnings and notes.
 */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CheckMojo extends ModuleMojo {
    private static final String OBJECT = ".o";

    /** The directory with the objects (<code>*.o</code>). */
    @Parameter(
            property = "nestmap.objectDirectory",
            defaultValue = "${project.basedir}/src/main/resources/META-INF/bpf")
    private File objectDirectory;

    /** Whether fragile parts fail the build, too. */
    @Parameter(property = "nestmap.strict", defaultValue = "false")
    private boolean strict;

    /** Maven calls this constructor. */
    public CheckMojo() {
        super("checking objects", "check the objects");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException {
        int failures = 0;
        for (Path object : objects()) {
            for (Problem problem : problems(layout, object)) {
                String message = object + ": " + problem.where() + ": " + problem.what() + "; " + problem.remedy();
                boolean fails =
                        problem.severity() == Severity.REJECTED || (strict && problem.severity() == Severity.FRAGILE);
                failures += fails ? 1 : 0;
                log(problem.severity(), fails, message);
            }
        }
        if (failures > 0) {
            throw new BuildException(
                    failures + (failures == 1 ? " problem" : " problems") + " in checked-in objects; see above");
        }
    }

    private void log(Severity severity, boolean fails, String message) {
        if (fails) {
            getLog().error(message);
        } else if (severity == Severity.FRAGILE) {
            getLog().warn(message);
        } else {
            getLog().info(message);
        }
    }

    private List<Path> objects() throws IOException {
        Path directory = ModuleLayout.path(objectDirectory);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(OBJECT))
                    .sorted()
                    .toList();
        }
    }

    /** The problems of an object; also compared with the schema text of its name, if the module has records of this name. */
    private static List<Problem> problems(ModuleLayout layout, Path object) throws IOException, BuildException {
        byte[] bytes = Files.readAllBytes(object);
        Path schema = layout.schema(object.getFileName().toString().replaceFirst("(\\.bpf)?\\.o$", ""));
        if (!Files.exists(schema)) {
            return LoadCheck.of(object.toString(), bytes, List.of());
        }
        try {
            return LoadCheck.of(object.toString(), bytes, SchemaText.parse(Files.readString(schema)));
        } catch (SchemaFormatException e) {
            throw new BuildException(schema + ": " + e.getMessage()
                    + "; use the same version of nestmap-processor and nestmap-maven-plugin, and rebuild");
        }
    }
}
