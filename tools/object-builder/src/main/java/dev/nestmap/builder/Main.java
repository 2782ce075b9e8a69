/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Command line of {@link ModuleObjectCompiler}, for build tools that have no plugin. Warnings and errors go to standard error. The exit code is 0 if
 * all objects are up to date, 1 if the build failed, and 2 for wrong arguments.
 */
@Command(
        name = "object-builder",
        description = "Compiles BPF programs (*.bpf.c) with clang, and compares the objects with the records.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--sources",
            paramLabel = "DIR",
            defaultValue = "src/main/bpf",
            description = "The directory with the programs (default: ${DEFAULT-VALUE}).")
    private Path sources;

    @Option(
            names = "--classes",
            paramLabel = "DIR",
            required = true,
            description = "The class directory, with the output of the annotation processor.")
    private Path classes;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "The directory that gets META-INF/bpf/*.bpf.o (default: the class directory).")
    private @Nullable Path output;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description =
                    "A directory for intermediate files. Keep it between builds, so that only changes are compiled.")
    private Path work;

    @Option(
            names = "--class-path",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Jars and class directories that have headers for the programs.")
    private String classPath;

    @Option(
            names = "--tested-classes",
            paramLabel = "DIR",
            description = "For programs of tests: the class directory whose headers they include without the package.")
    private @Nullable Path testedClasses;

    @Option(names = "--clang", paramLabel = "CLANG", description = "The compiler (default: the newest one on PATH).")
    private @Nullable String clang;

    @Option(
            names = "--architectures",
            paramLabel = "NAME",
            split = ",",
            description = "The architectures that load the objects, such as x86,arm64 (default: that of this machine).")
    private List<String> architectures = new ArrayList<>();

    @Option(
            names = "--skip-without-clang",
            description = "Warn and succeed without objects if clang or a system header is missing.")
    private boolean skipWithoutClang;

    @Parameters(paramLabel = "ARGUMENT", description = "Further arguments for clang, after --, such as -- -Werror")
    private List<String> arguments = new ArrayList<>();

    /** Picocli sets the fields of the new object. */
    public Main() {}

    /** Builds the objects and ends the JVM with the exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        BuildLog log = (level, message) -> {
            if (level == Level.INFO) {
                spec.commandLine().getOut().println(message);
            } else {
                err.println(level.name().toLowerCase(Locale.ROOT) + ": " + message);
            }
        };
        ModuleLayout layout = ModuleLayout.of(Path.of(""), sources, classes, output == null ? classes : output, work);
        try {
            new ModuleObjectCompiler(
                            layout,
                            new ModuleObjectCompiler.Options(clang, arguments, dependencies(), tested(), architectures),
                            log)
                    .run();
            return CommandLine.ExitCode.OK;
        } catch (BuildException e) {
            log.error(String.valueOf(e.getMessage()));
        } catch (ToolchainException e) {
            if (skipWithoutClang) {
                log.warn(e.skipped(layout));
                return CommandLine.ExitCode.OK;
            }
            log.error(e.failed("--skip-without-clang"));
        } catch (IOException e) {
            log.error("Can't compile the BPF programs in " + layout.sources() + ": " + e);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private List<Path> tested() {
        return testedClasses == null
                ? List.of()
                : List.of(testedClasses.toAbsolutePath().normalize());
    }

    private List<Path> dependencies() {
        return List.of(classPath.split(File.pathSeparator)).stream()
                .filter(element -> !element.isEmpty())
                .map(element -> Path.of(element).toAbsolutePath().normalize())
                .toList();
    }
}
