/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.gradle;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.ModuleObjectCompiler;
import dev.nestmap.builder.ToolchainException;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.gradle.api.DefaultTask;
import org.gradle.api.GradleException;
import org.gradle.api.file.ConfigurableFileCollection;
import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.file.FileTree;
import org.gradle.api.file.ProjectLayout;
import org.gradle.api.logging.LogLevel;
import org.gradle.api.logging.Logger;
import org.gradle.api.provider.ListProperty;
import org.gradle.api.provider.Property;
import org.gradle.api.tasks.Classpath;
import org.gradle.api.tasks.IgnoreEmptyDirectories;
import org.gradle.api.tasks.Input;
import org.gradle.api.tasks.InputFiles;
import org.gradle.api.tasks.Internal;
import org.gradle.api.tasks.LocalState;
import org.gradle.api.tasks.Optional;
import org.gradle.api.tasks.OutputDirectory;
import org.gradle.api.tasks.PathSensitive;
import org.gradle.api.tasks.PathSensitivity;
import org.gradle.api.tasks.TaskAction;
import org.gradle.api.tasks.UntrackedTask;

/**
 * Compiles the BPF programs of a source set with clang, and compares the objects with the records. It compiles only the programs that a
 * change concerns.
 */
@UntrackedTask(because = "the builder itself knows what has changed, also clang and the headers of the system")
public abstract class CompileBpf extends DefaultTask {
    private final Path base;

    /**
     * Gradle calls this constructor.
     *
     * @param layout the directories of the project
     */
    @Inject
    @SuppressWarnings("InjectOnConstructorOfAbstractClass") // Gradle generates the subclass
    public CompileBpf(ProjectLayout layout) {
        this.base = layout.getProjectDirectory().getAsFile().toPath();
    }

    /** Without programs, there may be objects of deleted ones, which Gradle itself would keep. A name with is or get would be a property for Gradle. */
    boolean hasWork() {
        return !getSourceFiles().isEmpty() || Files.exists(path(getWork()));
    }

    /** {@return the directory with the programs, {@code *.bpf.c}, and with headers} */
    @Internal
    public abstract DirectoryProperty getSources();

    /** {@return the files in the directory with the programs} */
    @InputFiles
    @IgnoreEmptyDirectories
    @PathSensitive(PathSensitivity.RELATIVE)
    public FileTree getSourceFiles() {
        return getSources().getAsFileTree();
    }

    /** {@return the class directory, with the output of the annotation processor} */
    @Internal
    public abstract DirectoryProperty getClasses();

    /** {@return the headers and schema texts that the annotation processor has written} */
    @InputFiles
    @PathSensitive(PathSensitivity.RELATIVE)
    public FileTree getGeneratedFiles() {
        return getClasses().getAsFileTree().matching(files -> files.include("META-INF/bpf/**"));
    }

    /** {@return jars and class directories with headers} */
    @Classpath
    public abstract ConfigurableFileCollection getClassPath();

    /**
     * {@return the class directories on the class path whose headers the programs can include without the package, besides their own: for
     * programs of tests, those of the tested code}
     */
    @Classpath
    public abstract ConfigurableFileCollection getTestedClasses();

    /** {@return further directories with headers} */
    @InputFiles
    @PathSensitive(PathSensitivity.RELATIVE)
    public abstract ConfigurableFileCollection getIncludes();

    /** {@return further options for clang; the default is {@code -Werror}} */
    @Input
    public abstract ListProperty<String> getArguments();

    /** {@return the clang to compile with, a path or a command; the default is the newest one on {@code PATH}} */
    @Input
    @Optional
    public abstract Property<String> getClang();

    /** {@return the architectures that will load the objects, such as {@code x86} and {@code arm64}; the default is that of this machine} */
    @Input
    public abstract ListProperty<String> getArchitectures();

    /** {@return whether to warn and continue without objects if clang or a system header is missing} */
    @Input
    public abstract Property<Boolean> getSkipWithoutClang();

    /** {@return the directory that gets the objects, in {@code META-INF/bpf}} */
    @OutputDirectory
    public abstract DirectoryProperty getObjects();

    /** {@return a directory for intermediate files} */
    @LocalState
    public abstract DirectoryProperty getWork();

    /** Compiles the programs. */
    @TaskAction
    public void compile() {
        try {
            compiler().run();
        } catch (BuildException e) {
            throw new GradleException(e.getMessage(), e);
        } catch (ToolchainException e) {
            if (!getSkipWithoutClang().get()) {
                throw new GradleException(e.failed(getName() + " { skipWithoutClang = true }"), e);
            }
            getLogger().warn(e.skipped(layout()));
        } catch (IOException e) {
            throw new GradleException("Can't compile the BPF programs in " + layout().sources() + ": " + e, e);
        }
    }

    private ModuleObjectCompiler compiler() {
        List<String> arguments = new ArrayList<>();
        getIncludes().forEach(directory -> arguments.add("-I" + directory));
        arguments.addAll(getArguments().get());
        List<Path> classPath =
                getClassPath().getFiles().stream().map(File::toPath).toList();
        return new ModuleObjectCompiler(
                layout(),
                new ModuleObjectCompiler.Options(
                        getClang().getOrNull(),
                        arguments,
                        classPath,
                        getTestedClasses().getFiles().stream().map(File::toPath).toList(),
                        getArchitectures().get()),
                this::log);
    }

    private void log(Level level, String message) {
        log(getLogger(), level, message);
    }

    static void log(Logger logger, Level level, String message) {
        logger.log(
                switch (level) {
                    case ERROR -> LogLevel.ERROR;
                    case WARNING -> LogLevel.WARN;
                    default -> LogLevel.LIFECYCLE;
                },
                message);
    }

    private ModuleLayout layout() {
        return ModuleLayout.of(base, path(getSources()), path(getClasses()), path(getObjects()), path(getWork()));
    }

    static Path path(DirectoryProperty directory) {
        return directory.get().getAsFile().toPath();
    }
}
