/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static java.util.Comparator.comparingInt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An installed clang.
 *
 * @param command its command, such as {@code clang-19}
 * @param version its major version
 */
public record InstalledClang(String command, int version) {
    /** A test that runs once for each installed clang, its argument. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.runtime.testing.InstalledClang#all")
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Each {}

    /**
     * Returns every clang that is installed with its version in the name of the command; with {@code -Dnestmap.clangs=newest} the newest one.
     * Skips the test if there is none.
     */
    public static Stream<InstalledClang> all() {
        List<InstalledClang> clangs = IntStream.rangeClosed(14, 30)
                .mapToObj(version -> new InstalledClang("clang-" + version, version))
                .filter(clang -> InstalledCommand.find(clang.command).isPresent())
                .toList();
        InstalledCommand.need(!clangs.isEmpty(), "no clang-14 or newer is installed");
        InstalledCommand.need(
                Files.exists(Path.of("/usr/include/bpf/bpf_helpers.h")),
                "libbpf's headers are not installed (package libbpf-dev)");
        boolean newest = "newest".equals(System.getProperty("nestmap.clangs"));
        return clangs.stream().skip(newest ? clangs.size() - 1 : 0);
    }

    /** Returns the newest installed clang. */
    public static InstalledClang newest() {
        return all().max(comparingInt(InstalledClang::version)).orElseThrow();
    }

    /** Compiles a C file to a BPF object, with warnings as errors. */
    public InstalledCommand.Result compile(Path source, Path object, Path... includes) {
        List<Object> options = new ArrayList<>(List.of("-target", "bpf", "-O2"));
        for (Path include : includes) {
            options.add("-I" + include);
        }
        return compile(source, object, options);
    }

    /** Compiles a C file with these options, instead of the default target, optimization and include directories. */
    public InstalledCommand.Result compile(Path source, Path object, List<?> options) {
        String compiler = InstalledCommand.find(command).orElseThrow().toString();
        List<String> line = new ArrayList<>(List.of(compiler, "-g", "-Wall", "-Wextra", "-Werror"));
        options.forEach(option -> line.add(String.valueOf(option)));
        options.forEach(option -> packages(String.valueOf(option)).forEach(directory -> line.add("-I" + directory)));
        // For the target bpf, clang does not search the directory of <asm/types.h>.
        String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : System.getProperty("os.arch");
        line.add("-I/usr/include/" + machine + "-linux-gnu");
        InstalledCommand.Result[] result = {new InstalledCommand.Result(0, "")};
        try {
            ObjectCache.compileOnce(line, source, object, words -> {
                result[0] = InstalledCommand.run(words.toArray());
                return result[0].status() == 0 && result[0].output().isEmpty();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result[0];
    }

    /** Compiles a C file to a library of this process: a new file would not be the one that another process has loaded. */
    public Path library(Path source) {
        String name = String.valueOf(source.getFileName()).replace(".c", "");
        Path library = Path.of("target", "bpf", command)
                .resolve("lib" + name + "-" + ProcessHandle.current().pid() + ".so")
                .toAbsolutePath();
        try {
            Files.createDirectories(Path.of("target", "bpf", command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        library.toFile().deleteOnExit();
        InstalledCommand.run(command, "-O1", "-shared", "-fPIC", "-o", library, source)
                .succeeded();
        return library;
    }

    /** The packages with generated headers in a directory of headers, as the build plugins search them. */
    private static List<Path> packages(String option) {
        Path headers = Path.of(option.startsWith("-I") ? option.substring(2) : "");
        if (!option.startsWith("-I") || !headers.endsWith("META-INF/bpf/include") || !Files.isDirectory(headers)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(headers)) {
            return files.filter(file -> file.toString().endsWith(".bpf.h"))
                    .map(Path::getParent)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return command;
    }
}
