/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles C with an installed clang. */
final class Clang {
    private final String command;

    private Clang(String command) {
        this.command = command;
    }

    /** Any clang; without one the test is skipped, or fails where nothing may be skipped. */
    static Clang any() {
        Optional<Clang> found = Stream.of("clang", "clang-19", "clang-16", "clang-14")
                .filter(name -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .findFirst()
                .map(Clang::new);
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            assertThat(found).as("clang").isPresent();
        }
        assumeTrue(found.isPresent(), "no clang on the PATH");
        return found.orElseThrow();
    }

    /** What the compiler says to a program of these lines, with every warning; empty when it is content. */
    String check(Path includes, String... program) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command, "-target", "bpf", "-g", "-O2", "-fsyntax-only"));
        arguments.addAll(List.of("-Wall", "-Wextra", "-Werror", "-I", includes.toString()));
        arguments.addAll(List.of("-I", "/usr/include/x86_64-linux-gnu", "-I", "/usr/include/aarch64-linux-gnu"));
        arguments.addAll(List.of("-x", "c", "-"));
        Process process =
                new ProcessBuilder(arguments).redirectErrorStream(true).start();
        process.getOutputStream().write(String.join("\n", program).concat("\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said + "exit value " + process.exitValue();
    }
}
