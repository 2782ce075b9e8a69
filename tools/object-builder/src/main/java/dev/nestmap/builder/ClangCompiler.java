/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.Architecture;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compiles programs with one clang and one set of options. */
final class ClangCompiler {
    /**
     * The result for one program.
     *
     * @param name name of the program
     * @param architecture the only architecture that can run the object; null if this is not known
     * @param object the object, if there is one
     * @param diagnostics warnings and errors of clang; there is an object unless one is an error
     * @param filesRead the source and all headers that clang read, as absolute paths; empty if unknown
     * @param started when clang started, by the clock of the file system
     */
    record Result(
            String name,
            @Nullable Architecture architecture,
            Path object,
            List<ClangDiagnostic> diagnostics,
            Set<Path> filesRead,
            FileTime started) {
        /** The result of a program whose objects for several architectures are the same. Moves the object. */
        Result forAll(Path to, List<Result> ofEach) throws IOException {
            Files.move(object, to, StandardCopyOption.REPLACE_EXISTING);
            Set<Path> read = new TreeSet<>();
            boolean isKnown = true;
            for (Result each : ofEach) {
                isKnown &= !each.filesRead().isEmpty();
                read.addAll(each.filesRead());
            }
            return new Result(name, null, to, diagnostics, isKnown ? read : Set.of(), started);
        }

        boolean failed() {
            return diagnostics.stream().anyMatch(ClangDiagnostic::isError);
        }
    }

    /** Directories with headers, and the value of {@code __DATE__}. */
    private static final List<String> ENVIRONMENT = List.of("CPATH", "C_INCLUDE_PATH", "SOURCE_DATE_EPOCH");

    private final ModuleLayout layout;
    private final ClangInstallation clang;
    private final List<String> options;
    private final @Nullable Architecture architecture;

    /**
     * @param architecture one of several architectures to compile for; null for only that of this machine, or the user's
     * @param headerOptions options for the header directories
     * @param userOptions options of the user; they come last, so that they override the others, and their directories of
     *     headers are searched last
     */
    ClangCompiler(
            ModuleLayout layout,
            ClangInstallation clang,
            @Nullable Architecture architecture,
            List<String> headerOptions,
            List<String> userOptions) {
        this.layout = layout;
        this.architecture = architecture;
        this.clang = clang;
        this.options = new ArrayList<>(List.of("-g", "-O2", "-target", "bpf", "-Wall", "-fdiagnostics-absolute-paths"));
        // The kernel compares all bytes of a key, also those that the program has not set.
        options.add("-ftrivial-auto-var-init=zero");
        if (clang.major() < 16) {
            options.add("-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang");
        }
        // The object must not depend on the directory of the checkout.
        options.add("-ffile-prefix-map=" + layout.base() + "=.");
        options.addAll(headerOptions);
        options.addAll(TargetArchOption.options(
                architecture == null ? Architecture.ofThisMachine().orElse(null) : architecture, userOptions));
        options.addAll(userOptions);
    }

    /**
     * The compiler, its options, and the variables of the environment that it reads. Together with the files that clang reads, they
     * determine the content of an object.
     */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        settings.add(clang.executable().toString());
        settings.add(clang.description());
        settings.addAll(options);
        settings.addAll(variables());
        return settings;
    }

    /** The variables of the environment that clang reads, with their values. */
    static List<String> variables() {
        return ENVIRONMENT.stream()
                .map(variable -> variable + "=" + System.getenv(variable))
                .toList();
    }

    /** Compiles one program to {@link ModuleLayout#stagedObject}. */
    Result compile(String name) throws IOException {
        Path object = layout.stagedObject(name, architecture);
        Path dependencies = layout.dependencyFile(name);
        Files.createDirectories(layout.work());
        Files.deleteIfExists(object); // of a build that was killed
        Files.write(dependencies, new byte[0]);
        FileTime started = Files.getLastModifiedTime(dependencies);
        List<String> command = new ArrayList<>(List.of(clang.executable().toString()));
        command.addAll(options);
        command.addAll(List.of("-MD", "-MF", dependencies.toString(), "-MT", MakeDependencyReader.TARGET));
        command.addAll(List.of("-c", layout.source(name).toString()));
        command.addAll(List.of("-o", object.toString()));
        List<ClangDiagnostic> diagnostics =
                new ArrayList<>(ClangDiagnosticReader.parse(ProcessRunner.run(layout.base(), command)));
        if (diagnostics.stream().noneMatch(ClangDiagnostic::isError) && !Files.exists(object)) {
            diagnostics.add(new ClangDiagnostic(
                    Level.ERROR,
                    "",
                    "clang succeeded, but wrote no object. Remove options such as -fsyntax-only from its arguments: "
                            + command,
                    List.of()));
        }
        return new Result(name, architecture, object, diagnostics, filesRead(dependencies), started);
    }

    /** The files that clang lists, or none if a name can't be read, such as one with a line break. */
    private Set<Path> filesRead(Path dependencies) throws IOException {
        if (!Files.exists(dependencies)) {
            return Set.of();
        }
        String rule = new String(Files.readAllBytes(dependencies), StandardCharsets.UTF_8);
        Set<Path> read = MakeDependencyReader.parse(rule, layout.base());
        return read.stream().allMatch(Files::exists) ? read : Set.of();
    }
}
