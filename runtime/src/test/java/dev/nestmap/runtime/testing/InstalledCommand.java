/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

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
import java.util.Optional;
import java.util.stream.Stream;

/** Runs installed commands. */
public final class InstalledCommand {
    /** Directories where Debian installs bpftool and ip. They are not in every user's PATH. */
    private static final String SBIN = File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";

    private InstalledCommand() {}

    /** Exit status and output of a command. */
    public record Result(int status, String output) {
        /** Fails the test with the command's output unless the exit status is 0. */
        public Result succeeded() {
            assertThat(status).as(output).isZero();
            return this;
        }
    }

    /** Skips the test if something is missing. Fails it instead if {@code NESTMAP_REQUIRE_KERNEL=1} is set. */
    public static void need(boolean there, String otherwise) {
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            assertThat(there).as(otherwise).isTrue();
        }
        assumeTrue(there, otherwise);
    }

    /** Skips the test if this command is not installed. */
    public static void needInstalled(String command) {
        need(find(command).isPresent(), command + " is not installed");
    }

    /** Skips the test if this process may not create a new namespace: {@code --mount} or {@code --net}. */
    public static void needNamespace(String kind) {
        needInstalled("unshare");
        Result unshare = run("unshare", kind, "true");
        need(unshare.status() == 0, unshare.output());
    }

    /** Returns the text of {@code vmlinux.h} of the running kernel. Skips the test if bpftool can't write it. */
    public static String vmlinux() {
        needInstalled("bpftool");
        need(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "the kernel has no BTF of itself");
        String output = run("bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c")
                .succeeded()
                .output();
        return output.substring(output.indexOf("#ifndef __VMLINUX_H__")); // bpftool 7.8 prints a line before it
    }

    /** Returns the path of a command. */
    public static Optional<Path> find(String command) {
        return Stream.of((System.getenv().getOrDefault("PATH", "") + SBIN).split(File.pathSeparator))
                .map(directory -> Path.of(directory, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a command, given as its words with a blank between them, which must succeed. */
    public static void line(String command) {
        run((Object[]) command.split(" ")).succeeded();
    }

    /** Runs a command and waits until it ends. */
    public static Result run(Object... command) {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        find(words.get(0)).ifPresent(path -> words.set(0, path.toString()));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.onExit().join().exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
