/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs a main class in a Java VM of its own, with other rights than this one. */
final class ChildVm {
    private ChildVm() {}

    /** What it printed, errors included; fails when it fails. */
    static String run(Stream<String> vmArguments, Class<?> main) throws IOException {
        return run(List.of(), vmArguments, main);
    }

    /** The same, started by another command that comes before it. */
    static String run(List<String> launcher, Stream<String> vmArguments, Class<?> main) throws IOException {
        List<String> command = Stream.of(
                        launcher.stream(),
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        vmArguments,
                        Stream.of("-cp", System.getProperty("java.class.path"), main.getName()))
                .flatMap(part -> part)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new AssertionError(command + " failed:\n" + output);
        }
        return output;
    }
}
