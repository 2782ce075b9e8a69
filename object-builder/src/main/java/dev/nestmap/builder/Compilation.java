/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compiles programs with one clang and one set of options. */
final class Compilation {
    /**
     * The result for one program.
     *
     * @param name name of the program
     * @param diagnostics warnings and errors of clang; there is an object unless one is an error
     * @param filesRead the source and all headers that clang read, as absolute paths
     */
    record Result(String name, List<Diagnostic> diagnostics, Set<Path> filesRead) {
        boolean failed() {
            return diagnostics.stream().anyMatch(Diagnostic::isError);
        }
    }

    private final ModuleLayout layout;
    private final Clang clang;
    private final List<String> options;

    /**
     * @param headerOptions options for the header directories
     * @param userOptions options of the user; they come last, so that they override the others
     */
    Compilation(ModuleLayout layout, Clang clang, List<String> headerOptions, List<String> userOptions) {
        this.layout = layout;
        this.clang = clang;
        this.options = new ArrayList<>(List.of("-g", "-O2", "-target", "bpf", "-Wall", "-fdiagnostics-absolute-paths"));
        // The object must not depend on the directory of the checkout.
        options.add("-ffile-prefix-map=" + layout.base() + "=.");
        options.addAll(headerOptions);
        options.addAll(TargetMachine.options(System.getProperty("os.arch"), userOptions));
        options.addAll(userOptions);
    }

    /** The compiler and its options. Together with the files that clang reads, they determine the content of an object. */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        settings.add(clang.executable().toString());
        settings.add(clang.version().description());
        settings.addAll(options);
        return settings;
    }

    /** Compiles one program to {@link ModuleLayout#stagedObject}. */
    Result compile(String name) throws IOException {
        Path dependencies = layout.dependencyFile(name);
        Files.createDirectories(layout.work());
        Files.deleteIfExists(dependencies);
        List<String> command = new ArrayList<>(List.of(clang.executable().toString()));
        command.addAll(options);
        command.addAll(List.of("-MD", "-MF", dependencies.toString(), "-MT", DependencyFile.TARGET));
        command.addAll(List.of("-c", layout.source(name).toString()));
        command.addAll(List.of("-o", layout.stagedObject(name).toString()));
        List<Diagnostic> diagnostics = ClangOutput.parse(Command.run(layout.base(), command));
        Set<Path> read = Files.exists(dependencies)
                ? DependencyFile.parse(Files.readString(dependencies), layout.base())
                : Set.of();
        return new Result(name, diagnostics, read);
    }
}
