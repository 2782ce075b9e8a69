/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.schema.PinNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A BPF file system for one test. Closing it unmounts it. */
public final class BpfFs implements AutoCloseable {
    private static final Pattern BESIDE = Pattern.compile(
            "(^|.*?/)([^/]+-(?:schema|inner|draining|retired|requests|uncounted|lost-events)(?:$|[-/].*))");

    private final Path directory;

    private BpfFs(Path directory) {
        this.directory = directory;
    }

    /** Mounts a BPF file system that every user may enter. Skips the test if this process may not mount. */
    public static BpfFs mount() throws IOException {
        Path directory = Files.createTempDirectory("nestmap-bpffs");
        String refusal = mountAt(directory);
        if (!refusal.isEmpty()) {
            Files.delete(directory);
            if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
                throw new IllegalStateException("NESTMAP_REQUIRE_KERNEL=1, but: " + refusal);
            }
            Assumptions.abort("no BPF file system can be mounted: " + refusal);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new BpfFs(directory);
    }

    /** A path in the file system. A file beside a pin is in the directory {@code now}. */
    public Path path(String name) {
        return directory.resolve(BESIDE.matcher(name).replaceFirst("$1now/$2"));
    }

    /** Where Nestmap pins a map, or a file beside it. */
    public Path pin(String name) {
        Path path = path(name);
        return path.equals(directory.resolve(name)) ? PinNames.inNow(path) : path;
    }

    /**
     * The paths of all files in it, except those that the kernel creates, the links for other tools, and the texts of pinned maps. Leaves out the
     * directory {@code now} in these paths.
     */
    public List<String> content() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> !file.equals(directory)
                            && !file.toString().endsWith(".debug")
                            && !file.endsWith(PinNames.NOW)
                            && !isForOthers(file)
                            && !isTextOfMap(file))
                    .map(file -> directory.relativize(file).toString().replaceFirst("(^|/)now/", "$1"))
                    .sorted()
                    .toList();
        }
    }

    /** A text whose map is gone is a file that somebody has left. */
    private static boolean isTextOfMap(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(PinNames.SCHEMA)
                && Files.exists(
                        file.resolveSibling(name.substring(0, name.length() - PinNames.SCHEMA.length())),
                        LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isForOthers(Path file) {
        try {
            return Files.isSymbolicLink(file) && Files.readSymbolicLink(file).startsWith(PinNames.NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mounts another BPF file system over a directory of this one. */
    public void mountOver(String name) throws IOException {
        require(mountAt(path(name)));
    }

    /** Unmounts what {@link #mountOver} has mounted. */
    public void unmount(String name) throws IOException {
        require(run(List.of("umount", path(name).toString())));
    }

    private static String mountAt(Path directory) throws IOException {
        return run(List.of("mount", "-t", "bpf", "bpf", directory.toString()));
    }

    private static void require(String refusal) {
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(refusal);
        }
    }

    /**
     * Fails if this process has still opened something there. Others may have, too: a {@code nestmap drain} of another test, for example, looks into
     * all BPF file systems. The file system ends when they do.
     */
    @Override
    public void close() throws IOException {
        List<Path> open = openFiles();
        require(open.isEmpty() ? "" : "descriptors of " + open + " are open");
        require(run(List.of("umount", "--lazy", directory.toString())));
        Files.delete(directory);
    }

    /** What this process has opened there. */
    public List<Path> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(BpfFs::target)
                    .filter(file -> file.startsWith(directory))
                    .toList();
        }
    }

    /** Copies of the descriptors of what this process has opened there, which the caller closes. */
    public int[] copiesOfOpenFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> target(descriptor).startsWith(directory))
                    .mapToInt(descriptor -> Descriptors.copy(
                            Integer.parseInt(descriptor.getFileName().toString())))
                    .toArray();
        }
    }

    /** Where a descriptor leads to, or nowhere if it was just closed. */
    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return Path.of("");
        }
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.onExit().join().exitValue();
        return status == 0 ? "" : command + " said " + status + ": " + output.strip();
    }
}
