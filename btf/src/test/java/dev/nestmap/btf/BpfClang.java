/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One of the compilers for test objects, for one byte order of BPF. */
public record BpfClang(int version, String target) {
    /** The first lines of C sources with map definitions. */
    public static final String INCLUDES = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n";

    private static final List<Integer> INSTALLED =
            IntStream.rangeClosed(14, 30).filter(BpfClang::isInstalled).boxed().toList();

    /** Every installed compiler in both byte orders; with {@code -Dnestmap.clangs=newest} the newest of them. */
    public static Stream<BpfClang> all() {
        boolean newest = INSTALLED.isEmpty() || "newest".equals(System.getProperty("nestmap.clangs"));
        return (newest ? Stream.of(newest().version) : INSTALLED.stream())
                .flatMap(v -> Stream.of(new BpfClang(v, "bpfel"), new BpfClang(v, "bpfeb")));
    }

    /** The oldest installed compiler. */
    public static BpfClang oldest() {
        return new BpfClang(INSTALLED.isEmpty() ? 14 : INSTALLED.get(0), "bpfel");
    }

    /** The newest installed compiler. */
    public static BpfClang newest() {
        return new BpfClang(INSTALLED.isEmpty() ? 14 : INSTALLED.get(INSTALLED.size() - 1), "bpfel");
    }

    /** Compiles a C source; skips the test if no clang is installed. */
    public byte[] compile(String source, String... options) {
        requireInstalled();
        try {
            Path directory = Files.createTempDirectory("nestmap-btf");
            try {
                Path c = Files.writeString(directory.resolve("test.bpf.c"), source);
                Path object = directory.resolve("test.bpf.o");
                run(command(c, object, List.of(options)));
                return Files.readAllBytes(object);
            } finally {
                deleteAll(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Path c, Path object, List<String> options) {
        // BPF has no headers of its own; <asm/types.h> is the host's, in its multiarch directory.
        String machine = System.getProperty("os.arch");
        String architecture = "amd64".equals(machine) ? "x86_64" : machine;
        List<String> command =
                new ArrayList<>(List.of("clang-" + version, "-g", "-O2", "-target", target, "-Wall", "-Werror"));
        command.add("-I/usr/include/" + architecture + "-linux-gnu");
        command.addAll(options);
        command.addAll(List.of("-c", c.toString(), "-o", object.toString()));
        return command;
    }

    private void requireInstalled() {
        boolean libbpf = Files.exists(Path.of("/usr/include/bpf/bpf_helpers.h"));
        String missing = (isInstalled(version) ? "" : "clang ") + (libbpf ? "" : "libbpf-dev");
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            assertThat(missing).as("not installed").isEmpty();
        }
        assumeTrue(missing.isEmpty(), "not installed: " + missing);
    }

    private static boolean isInstalled(int version) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "clang-" + version)));
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s%n%s", command, output).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroy();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
