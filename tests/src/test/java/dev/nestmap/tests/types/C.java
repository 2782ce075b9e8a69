/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.Schema;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What clang makes of a generated header. */
record C(int clang, Path directory) {
    /** A file that the processor wrote: {@code include/flows.bpf.h}. */
    static Path generated(String file) {
        try {
            URL url = Objects.requireNonNull(C.class.getResource("/META-INF/bpf/" + file), file);
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The compilers that headers are for. */
    static Stream<Integer> clangs() {
        return Stream.of(14, 16, 19);
    }

    /** The schema that an object with nothing but this header has. */
    Schema read(String header) {
        Path object = compile("#include \"" + header + ".bpf.h\"\n");
        try {
            return ObjectFile.parse(object.toString(), Files.readAllBytes(object))
                    .schema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a variable: {@code struct flow}, {@code { .packets = 1 }}. */
    byte[] bytes(String header, String declaration, String initializer) {
        Path object = compile("""
                #include "%s.bpf.h"
                const %s SEC(".expected") __attribute__((used)) = %s;
                """.formatted(header, declaration, initializer));
        Path bytes = directory.resolve("bytes");
        run(List.of("llvm-objcopy-" + clang, "-O", "binary", "--only-section=.expected", object + "", bytes + ""));
        try {
            return Files.readAllBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compile(String source) {
        need("clang-" + clang);
        need("llvm-objcopy-" + clang);
        try {
            Path c = Files.writeString(directory.resolve("test.bpf.c"), source);
            Path object = directory.resolve("test.bpf.o");
            List<String> command = new ArrayList<>(List.of("clang-" + clang, "-target", "bpf", "-g", "-O2"));
            command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-I" + generated("include"), "-I" + hostHeaders()));
            command.addAll(List.of("-c", c.toString(), "-o", object.toString()));
            run(command);
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** BPF has no {@code asm/types.h} of its own; the host's is in its multiarch directory. */
    private String hostHeaders() {
        String host = run(List.of("clang-" + clang, "-dumpmachine"));
        return "/usr/include/" + host.substring(0, host.indexOf('-')) + "-linux-gnu";
    }

    private static void need(String command) {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            assertThat(there).as(command + " is installed").isTrue();
        }
        assumeTrue(there, command + " is not installed");
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s%n%s", command, output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
