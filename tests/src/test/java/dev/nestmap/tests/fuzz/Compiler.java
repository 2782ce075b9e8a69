/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One of the clangs that layouts are compared with, for one of BPF's byte orders. */
record Compiler(String command, String target) {
    static List<Compiler> installed() {
        if (!Files.exists(Path.of("/usr/include/bpf/bpf_helpers.h"))) {
            return List.of();
        }
        return Stream.of("clang-14", "clang-16", "clang-19")
                .filter(command -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command))))
                .map(command -> new Compiler(command, "bpfel"))
                .toList();
    }

    Compiler withTarget(String other) {
        return new Compiler(command, other);
    }

    /** Compiles without optimising, which layouts do not depend on; returns what clang says, empty when all is well. */
    String compile(Path source, Path object) throws IOException {
        String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
        Process process = new ProcessBuilder(
                        command,
                        "-g",
                        "-O1",
                        "-target",
                        target,
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-Wno-unused-function",
                        "-I/usr/include/" + machine + "-linux-gnu",
                        "-c",
                        source.toString(),
                        "-o",
                        object.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : output + command + " failed";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroy();
        }
    }
}
