/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.schema.Schema;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs clang, bpftool and other commands in the directory of a test. */
final class Tools {
    private static final String GCC = "bpf-gcc";
    private static final List<String> WARNINGS = List.of(
            "-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument"); // clang 23 warns of -c beside -E

    private final Path directory;

    /** Writes the headers of all schemas to the directory, which is on the include path. */
    Tools(Path directory) {
        this.directory = directory;
        Schemas.all().forEach(this::writeHeader);
    }

    /** Exit code and output of a command. */
    record Result(int status, String output) {
        void succeeded() {
            assertThat(status).as(output).isZero();
        }
    }

    /** The commands of all installed clangs; with {@code -Dnestmap.clangs=newest} of the newest one. Skips the test if there are none. */
    static List<String> clangs() {
        List<String> installed = installedClangs();
        boolean newest = "newest".equals(System.getProperty("nestmap.clangs"));
        return newest ? installed.subList(installed.size() - 1, installed.size()) : installed;
    }

    /** Those clangs, and GCC for BPF if it is installed. */
    static List<String> compilers() {
        return Stream.concat(clangs().stream(), Stream.of(GCC).filter(Tools::isInstalled))
                .toList();
    }

    /** The commands of all installed clangs. Skips the test if there are none. */
    static List<String> installedClangs() {
        List<String> versioned = IntStream.rangeClosed(14, 30)
                .mapToObj(version -> "clang-" + version)
                .filter(Tools::isInstalled)
                .toList();
        List<String> all = versioned.isEmpty() && isInstalled("clang") ? List.of("clang") : versioned;
        need(!all.isEmpty(), "clang 14 or newer is not installed");
        return all;
    }

    static String newestClang() {
        List<String> clangs = clangs();
        return clangs.get(clangs.size() - 1);
    }

    static void needCommand(String command) {
        need(isInstalled(command), command + " is not installed");
    }

    /** Skips the test if something is missing. With {@code NESTMAP_REQUIRE_KERNEL=1} the test fails instead. */
    static void need(boolean there, String otherwise) {
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            assertThat(there).as(otherwise).isTrue();
        }
        assumeTrue(there, otherwise);
    }

    void writeHeader(Schema schema) {
        write(schema.header() + ".bpf.h", HeaderPrinter.print(schema, ""));
    }

    Path write(String file, String text) {
        try {
            return Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Precompiles {@code vmlinux.h} of the running kernel, because each compilation would spend most of its time on reading it.
     *
     * @return the flag that includes it first
     */
    List<String> includeVmlinux(String clang) {
        writeVmlinux();
        String precompiled = clang + ".pch";
        run(command(clang, List.of("-O2"), "-x", "c-header", "vmlinux.h", "-o", precompiled))
                .succeeded();
        return List.of("-include-pch", precompiled);
    }

    private void writeVmlinux() {
        if (Files.exists(directory.resolve("vmlinux.h"))) {
            return;
        }
        needCommand("bpftool");
        need(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "the kernel has no /sys/kernel/btf/vmlinux");
        Result dump = run("bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c");
        need(dump.status() == 0, "bpftool can't dump the kernel's BTF: " + dump.output());
        // bpftool 7.8 prints a line before it.
        write("vmlinux.h", dump.output().substring(dump.output().indexOf("#ifndef __VMLINUX_H__")));
    }

    /** Writes a source to {@code <name>.bpf.c} and compiles it to {@code <name>.o}, with warnings as errors and {@code -O2} by default. */
    Result compile(String clang, String name, String source, String... flags) {
        return compile(clang, name, source, Arrays.asList(flags));
    }

    Result compile(String clang, String name, String source, List<String> flags) {
        write(name + ".bpf.c", source);
        List<String> optimized = flags.stream().anyMatch(flag -> flag.startsWith("-O"))
                ? flags
                : Stream.concat(Stream.of("-O2"), flags.stream()).toList();
        return run(command(clang, optimized, "-c", name + ".bpf.c", "-o", name + ".o"));
    }

    private static List<String> command(String compiler, List<String> flags, String... files) {
        List<String> command = new ArrayList<>(List.of(compiler, "-I."));
        command.addAll(
                compiler.equals(GCC)
                        // GCC 14 does not know btf_decl_tag, and warns.
                        ? List.of("-gbtf", "-Wno-error=attributes", "-idirafter", "/usr/include")
                        : List.of("-target", "bpf", "-g"));
        asmDirectory().ifPresent(include -> command.add("-I" + include));
        command.addAll(WARNINGS);
        command.addAll(flags);
        command.addAll(List.of(files));
        return command;
    }

    /** Opens an object with libbpf. This needs no privileges. */
    Result open(String object) {
        return run("bpftool", "gen", "skeleton", object, "name", "opened");
    }

    Result run(String... command) {
        return run(Arrays.asList(command));
    }

    Result run(List<String> command) {
        try {
            List<String> found = new ArrayList<>(command);
            find(command.get(0)).ifPresent(path -> found.set(0, path.toString()));
            Process process = new ProcessBuilder(found)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isInstalled(String command) {
        return find(command).isPresent();
    }

    /** The file of a command. Searches {@code /sbin} too, which may not be on the path. */
    private static Optional<Path> find(String command) {
        Stream<String> path = Arrays.stream(System.getenv("PATH").split(File.pathSeparator));
        return Stream.concat(path, Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The directory with {@code asm/types.h}. On Debian it depends on the machine, and clang does not search it for BPF. */
    private static Optional<Path> asmDirectory() {
        try (Stream<Path> directories = Files.list(Path.of("/usr/include"))) {
            return directories
                    .filter(directory -> directory.getFileName().toString().contains("-linux-gnu"))
                    .filter(directory -> Files.exists(directory.resolve("asm/types.h")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
