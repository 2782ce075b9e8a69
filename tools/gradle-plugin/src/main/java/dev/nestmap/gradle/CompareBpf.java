/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.gradle;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.SchemaBaselineCheck;
import java.io.IOException;
import java.nio.file.Path;
import javax.inject.Inject;
import org.gradle.api.DefaultTask;
import org.gradle.api.GradleException;
import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.file.ProjectLayout;
import org.gradle.api.provider.Property;
import org.gradle.api.tasks.Input;
import org.gradle.api.tasks.InputFiles;
import org.gradle.api.tasks.Internal;
import org.gradle.api.tasks.PathSensitive;
import org.gradle.api.tasks.PathSensitivity;
import org.gradle.api.tasks.TaskAction;
import org.gradle.api.tasks.UntrackedTask;

/** Compares the schema texts of the records with the copies beside the programs, and fails if a load could not use a pinned map as it is. */
@UntrackedTask(because = "it has no output, and takes milliseconds")
public abstract class CompareBpf extends DefaultTask {
    private static final String COMMAND = "gradle compareBpf";

    private final Path base;

    /**
     * Gradle calls this constructor.
     *
     * @param layout the directories of the project
     */
    @Inject
    @SuppressWarnings("InjectOnConstructorOfAbstractClass") // Gradle generates the subclass
    public CompareBpf(ProjectLayout layout) {
        this.base = layout.getProjectDirectory().getAsFile().toPath();
    }

    /** {@return the directory with the copies, {@code *.schema}} */
    @Internal
    public abstract DirectoryProperty getSources();

    /** {@return the class directory, with the output of the annotation processor} */
    @InputFiles
    @PathSensitive(PathSensitivity.RELATIVE)
    public abstract DirectoryProperty getClasses();

    /** {@return whether to write the copies instead of comparing them: {@code -Pnestmap.update}} */
    @Input
    public abstract Property<Boolean> getUpdate();

    /** Compares or writes the copies. */
    @TaskAction
    public void compare() {
        Path sources = CompileBpf.path(getSources());
        Path classes = CompileBpf.path(getClasses());
        SchemaBaselineCheck copies = new SchemaBaselineCheck(
                ModuleLayout.of(
                        base, sources, classes, classes, getTemporaryDir().toPath()),
                (level, message) -> CompileBpf.log(getLogger(), level, message),
                COMMAND,
                COMMAND + " -Pnestmap.update");
        try {
            if (getUpdate().get()) {
                copies.update();
            } else {
                copies.compare();
            }
        } catch (BuildException e) {
            throw new GradleException(e.getMessage(), e);
        } catch (IOException e) {
            throw new GradleException("Can't compare the schema texts in " + sources + ": " + e, e);
        }
    }
}
