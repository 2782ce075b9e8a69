/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the same C once for all processes that run tests. An object comes from the directory {@code -Dnestmap.objects} if the compiler, its
 * options, the source, and each header that was read then are the same. Without the property, each process compiles.
 */
public final class ObjectCache {
    private static final @Nullable String PROPERTY = System.getProperty("nestmap.objects");

    private final Path directory;

    ObjectCache(Path directory) {
        this.directory = directory;
    }

    /** Runs a command. */
    @FunctionalInterface
    public interface Runner {
        /** Returns whether it succeeded and printed nothing, so that its object may serve others. */
        boolean run(List<String> command) throws IOException;
    }

    /**
     * Makes an object, with the command or with what it made before.
     *
     * @param command the path of the compiler and its options, without files
     */
    public static void compileOnce(List<String> command, Path source, Path object, Runner runner) throws IOException {
        if (PROPERTY == null) {
            runner.run(line(command, source, object));
        } else {
            new ObjectCache(Path.of(PROPERTY)).compile(command, source, object, runner);
        }
    }

    private static List<String> line(List<String> command, Path source, Path object) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("-c", source.toString(), "-o", object.toString()));
        return line;
    }

    void compile(List<String> command, Path source, Path object, Runner runner) throws IOException {
        Files.createDirectories(directory);
        String options = String.join("\0", command) + "\0" + ownHeaders(source);
        Path headers = directory.resolve(
                hash(options.getBytes(StandardCharsets.UTF_8)) + hash(Path.of(command.get(0))) + hash(source));
        if (Files.exists(headers)) {
            String read = Files.readString(headers);
            Path cached = object(headers, read);
            if (Files.exists(cached) && read.lines().allMatch(ObjectCache::isUnchanged)) {
                replace(Files.copy(cached, temporary(object), StandardCopyOption.REPLACE_EXISTING), object);
                return;
            }
        }
        Path made = temporary(directory.resolve("made"));
        Path dependencies = temporary(directory.resolve("dependencies"));
        List<String> line = line(command, source, made);
        line.addAll(List.of("-MD", "-MF", dependencies.toString()));
        try {
            boolean serves = runner.run(line);
            if (!Files.exists(made)) {
                return;
            }
            Files.copy(made, temporary(object), StandardCopyOption.REPLACE_EXISTING);
            replace(temporary(object), object);
            if (serves) {
                String read = headers(Files.readString(dependencies));
                replace(made, object(headers, read));
                replace(Files.writeString(temporary(headers), read), headers);
            }
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(dependencies);
        }
    }

    /** The directory of the source if it has headers, which an equal source elsewhere does not include. */
    private static String ownHeaders(Path source) throws IOException {
        Path directory = Objects.requireNonNull(source.toAbsolutePath().getParent());
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".h")) ? directory.toString() : "";
        }
    }

    /** The headers in a list for make, each with its hash. */
    private static String headers(String dependencies) throws IOException {
        StringBuilder lines = new StringBuilder();
        String files = dependencies.substring(dependencies.indexOf(": ") + 2);
        for (String file :
                files.replace("\\\n", " ").replace("\\ ", "\0").trim().split("\\s+", -1)) {
            Path header = Path.of(file.replace('\0', ' '));
            if (header.toString().endsWith(".h")) { // the source is in the key
                lines.append(hash(header)).append(' ').append(header).append('\n');
            }
        }
        return lines.toString();
    }

    private static boolean isUnchanged(String line) {
        int space = line.indexOf(' ');
        Path header = Path.of(line.substring(space + 1));
        try {
            return Files.exists(header) && hash(header).equals(line.substring(0, space));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path object(Path headers, String read) {
        return headers.resolveSibling(headers.getFileName() + "-" + hash(read.getBytes(StandardCharsets.UTF_8)) + ".o");
    }

    private static Path temporary(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent())
                .resolve(file.getFileName() + "." + ProcessHandle.current().pid() + "-"
                        + Thread.currentThread().getId());
    }

    /** Another process sees all of the file, or none. */
    private static void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String hash(Path file) throws IOException {
        return hash(Files.readAllBytes(file));
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] all = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(all, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
