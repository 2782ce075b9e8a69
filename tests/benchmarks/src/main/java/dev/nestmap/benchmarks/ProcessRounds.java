/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares in processes of their own what JMH can't: the annotation processor with javac, and the first read of a process with a bare call. */
final class ProcessRounds {
    /** Path of the processor's jar. */
    static final String PROCESSOR = "nestmap.benchmarks.processor";

    static final List<Integer> RECORDS = List.of(375, 750, 1500);
    private static final int RECORDS_OF_AN_OBJECT = 15;
    private static final double REACH_OF_PROCESSING = 1.45;
    private static final double REACH_OF_FIRST_READ = 4.5;
    private static final int FIRST_READS = 11;

    private ProcessRounds() {}

    /** Compiles this many records with the processor, and the same sources with those that it generates, in turns. */
    static Result process(String name, int records, int rounds) {
        try {
            Path directory = Files.createTempDirectory("nestmap-benchmarks");
            try {
                List<String> own = writeSources(Files.createDirectory(directory.resolve("own")), records);
                Path generated = Files.createDirectory(directory.resolve("generated"));
                compile(directory, generated, own);
                List<String> all = new ArrayList<>(own);
                try (Stream<Path> files = Files.walk(generated)) {
                    files.map(Path::toString)
                            .filter(file -> file.endsWith(".java"))
                            .forEach(all::add);
                }
                double[] processor = new double[rounds];
                double[] javac = new double[rounds];
                double bytes = 0;
                for (int i = 0; i < rounds; i++) {
                    boolean isJavacFirst = Math.random() < 0.5;
                    if (isJavacFirst) {
                        javac[i] = compile(directory, null, all)[0] / records;
                    }
                    double[] measured = compile(directory, generated, own);
                    processor[i] = measured[0] / records;
                    bytes += measured[1] / records / rounds;
                    if (!isJavacFirst) {
                        javac[i] = compile(directory, null, all)[0] / records;
                    }
                }
                return Result.of(name, Rival.JAVAC, REACH_OF_PROCESSING, processor, javac, bytes);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Measures the CPU time from the first line of main to the first entry that was read. */
    static Result firstRead(String name) {
        double[] times = new double[FIRST_READS];
        double[] bare = new double[FIRST_READS];
        double bytes = 0;
        for (int i = 0; i < FIRST_READS; i++) {
            double[] measured = run(FirstRead.class, List.of());
            times[i] = measured[0];
            bytes += measured[1] / FIRST_READS;
            bare[i] = run(FirstRead.class, List.of("bare"))[0];
        }
        return Result.of(name, Rival.BARE, REACH_OF_FIRST_READ, times, bare, bytes);
    }

    private static List<String> writeSources(Path directory, int records) throws IOException {
        List<String> files = new ArrayList<>();
        for (int object = 0; object < records / RECORDS_OF_AN_OBJECT; object++) {
            StringBuilder source = new StringBuilder(String.format(
                    Locale.ROOT,
                    "package p;%nimport dev.nestmap.annotations.*;%n@BpfObject(\"o%d\") public interface O%d {%n",
                    object,
                    object));
            for (int i = 0; i < RECORDS_OF_AN_OBJECT; i++) {
                source.append(String.format(
                        Locale.ROOT,
                        "@BpfMap(type = MapType.HASH, maxEntries = 64) record R%dx%d(@Key @U64 long id, @U64 long packets,"
                                + " @U32 long drops, @Be16 int port, @U8 int kind, @Size(16) String name) {}%n",
                        object,
                        i));
            }
            Path file = directory.resolve("O" + object + ".java");
            Files.writeString(file, source.append("}\n"));
            files.add(file.toString());
        }
        return files;
    }

    /**
     * Returns the CPU time in nanoseconds and the allocated bytes of one compilation. Without a folder for generated sources, nothing is
     * generated.
     */
    private static double[] compile(Path directory, @Nullable Path generated, List<String> sources) throws IOException {
        Path classes = directory.resolve("classes");
        delete(classes);
        Files.createDirectory(classes);
        List<String> options =
                new ArrayList<>(List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        if (generated == null) {
            options.add("-proc:none");
        } else {
            delete(generated);
            Files.createDirectory(generated);
            Collections.addAll(
                    options, "-s", generated.toString(), "-processorpath", System.getProperty(PROCESSOR, ""));
        }
        options.addAll(sources);
        Path arguments = directory.resolve("arguments");
        Files.write(arguments, options);
        return run(Compilation.class, List.of(arguments.toString()));
    }

    /** Runs a class in a new Java process. It prints numbers. */
    private static double[] run(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(main.getSimpleName() + " has failed: " + output);
            }
            return Arrays.stream(output.strip().split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + main.getSimpleName() + " ran", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
