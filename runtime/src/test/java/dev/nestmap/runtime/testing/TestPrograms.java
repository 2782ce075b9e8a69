/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compiles and loads the BPF programs of tests. */
public final class TestPrograms {
    private static final Map<String, byte[]> COMPILED = new ConcurrentHashMap<>();

    private TestPrograms() {}

    /** Finds the first clang on the PATH, or else the newest one with a version in its name. */
    static Optional<Path> find() {
        List<String> directories =
                List.of(System.getenv().getOrDefault("PATH", "").split(":", -1));
        Stream<String> versions = IntStream.iterate(30, version -> version >= 14, version -> version - 1)
                .mapToObj(version -> "clang-" + version);
        return Stream.concat(Stream.of("clang"), versions)
                .flatMap(name -> directories.stream().map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Compiles a C file of the test resource folder {@code /bpf}, with options such as {@code -DNAME=value}. */
    public static byte[] object(String cFile, String... options) {
        return COMPILED.computeIfAbsent(cFile + List.of(options), name -> compile(cFile, List.of(options)))
                .clone();
    }

    /** Loads an object without a plan for its maps. The caller closes it. */
    public static KernelObject load(String name, byte[] elf) {
        return KernelObject.load(name, elf, new LoadPlan(), new LinkPins(new KernelPins(), PinOptions.defaults()));
    }

    /** The program with this name. */
    public static UntypedProgram program(ObjectBackend object, String name) {
        return object.programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] compile(String cFile, List<String> options) {
        try (InputStream source =
                Objects.requireNonNull(TestPrograms.class.getResourceAsStream("/bpf/" + cFile), cFile)) {
            Path directory = Files.createTempDirectory("nestmap");
            Path c = directory.resolve(cFile);
            Path object = directory.resolve("out.o");
            try {
                Files.copy(source, c);
                run(c, object, options);
                return Files.readAllBytes(object);
            } finally {
                Files.deleteIfExists(object);
                Files.deleteIfExists(c);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Path c, Path object, List<String> options) throws IOException {
        // clang does not search the directory of <asm/types.h> for the target bpf.
        String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : System.getProperty("os.arch");
        List<String> command = new ArrayList<>(List.of(
                compiler(),
                "-g",
                "-O2",
                "-Wall",
                "-Werror",
                "-target",
                "bpf",
                "-I/usr/include/" + machine + "-linux-gnu"));
        command.addAll(options);
        ObjectCache.compileOnce(command, c, object, TestPrograms::run);
    }

    /** Compiles a C file of the test resource folder {@code /c} to a program for this machine. */
    public static void executable(String cFile, Path program) throws IOException {
        Path c = program.resolveSibling(cFile);
        try (InputStream source =
                Objects.requireNonNull(TestPrograms.class.getResourceAsStream("/c/" + cFile), cFile)) {
            Files.copy(source, c);
        }
        run(List.of(compiler(), "-Wall", "-Werror", "-o", program.toString(), c.toString()));
    }

    private static String compiler() {
        return find().orElseThrow().toString();
    }

    private static boolean run(List<String> command) throws IOException {
        Process clang = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (clang.onExit().join().exitValue() != 0) {
            throw new IllegalStateException(output);
        }
        return output.isEmpty();
    }
}
