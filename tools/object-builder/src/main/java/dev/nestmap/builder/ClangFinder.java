/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds clang: the configured one, or the newest on the search path. */
final class ClangFinder {
    /** The oldest clang that Nestmap's headers are tested with. */
    static final int OLDEST_VERSION = 14;

    private static final Pattern NAME = Pattern.compile("clang(-\\d+)?");
    private static final Pattern BPF_TARGET = Pattern.compile("(?m)^\\s*bpf\\s");
    private static final String REMEDY = "\nInstall clang " + OLDEST_VERSION + " or newer (Debian, Ubuntu and Fedora:"
            + " package clang), or name the path of one (Maven: -Dnestmap.clang=/path/to/clang)";

    private final Path directory;
    private final List<Path> searchPath;

    /**
     * @param directory the directory that relative paths start from
     * @param searchPath the directories to search, in order
     */
    ClangFinder(Path directory, List<Path> searchPath) {
        this.directory = directory;
        this.searchPath = searchPath;
    }

    /** The directories in an environment variable such as {@code PATH}. */
    static List<Path> searchPath(@Nullable String variable) {
        return Stream.of((variable == null ? "" : variable).split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .distinct()
                .map(Path::of)
                .toList();
    }

    /**
     * Finds a clang that is new enough and compiles for BPF.
     *
     * @param configured the command or path that the user configures, or null for the newest {@code clang} or {@code clang-NN}
     *     on the search path
     * @throws ToolchainException if there is none; the message lists every candidate and its problem
     */
    ClangInstallation find(@Nullable String configured) throws ToolchainException {
        List<String> refusals = new ArrayList<>();
        List<ClangInstallation> found = new ArrayList<>();
        for (Path candidate : configured == null ? installed() : named(configured)) {
            probe(candidate, found, refusals);
        }
        found.sort(Comparator.comparingInt((ClangInstallation clang) -> clang.major())
                .reversed());
        for (ClangInstallation clang : found) {
            if (clang.major() < OLDEST_VERSION) {
                refusals.add(clang + " is older than " + OLDEST_VERSION);
            } else if (!hasBpfTarget(clang)) {
                refusals.add(clang + " was built without the bpf target (clang --print-targets)");
            } else {
                return clang;
            }
        }
        throw new ToolchainException(problem(configured, refusals) + REMEDY);
    }

    private String problem(@Nullable String configured, List<String> refusals) {
        if (!refusals.isEmpty()) {
            String none =
                    configured == null ? "None of the installed clang commands can" : "The configured clang can't";
            return none + " compile the BPF programs: " + String.join("; ", refusals) + ".";
        }
        if (configured != null && configured.isBlank()) {
            return "The name of the configured clang is empty. Leave it out to take the newest clang on PATH.";
        }
        if (configured != null && isPath(configured) && Files.exists(directory.resolve(configured))) {
            return "The configured clang " + configured + " is no program that this user may run.";
        }
        String wanted = configured == null ? "clang or clang-NN" : configured;
        return "Compiling BPF programs needs clang, but there is no " + wanted
                + (configured != null && isPath(configured) ? "." : " in the directories of PATH: " + searchPath + ".");
    }

    private List<Path> named(String command) {
        Stream<Path> places = isPath(command)
                ? Stream.of(directory.resolve(command))
                : searchPath.stream().map(place -> place.resolve(command));
        return places.filter(ClangFinder::isProgram).limit(1).toList();
    }

    private static boolean isPath(String command) {
        return Path.of(command).getNameCount() > 1 || Path.of(command).isAbsolute();
    }

    /**
     * The programs in the search path that are called {@code clang} or {@code clang-NN}. A directory that is also linked under another name
     * is searched once.
     */
    private List<Path> installed() {
        return searchPath.stream()
                .filter(Files::isDirectory)
                .map(ClangFinder::realPath)
                .distinct()
                .flatMap(ClangFinder::programs)
                .toList();
    }

    private static Stream<Path> programs(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .filter(ClangFinder::isProgram)
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            return Stream.empty(); // a shell also ignores directories that it can't read
        }
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static Path realPath(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void probe(Path candidate, List<ClangInstallation> found, List<String> refusals) {
        try {
            ProcessRunner.Output output =
                    ProcessRunner.run(directory, List.of(candidate.toString(), "--version"), ProcessRunner.ANSWER);
            ClangInstallation.parse(candidate, output.text())
                    .ifPresentOrElse(
                            found::add,
                            () -> refusals.add(candidate + " is not clang: --version prints \""
                                    + output.text().lines().findFirst().orElse("") + "\""));
        } catch (IOException e) {
            refusals.add(candidate + " does not run: " + e.getMessage());
        }
    }

    private boolean hasBpfTarget(ClangInstallation clang) throws ToolchainException {
        try {
            List<String> command = List.of(clang.executable().toString(), "--print-targets");
            return BPF_TARGET
                    .matcher(ProcessRunner.run(directory, command, ProcessRunner.ANSWER)
                            .text())
                    .find();
        } catch (IOException e) {
            throw new ToolchainException(clang + " does not run: " + e.getMessage());
        }
    }
}
