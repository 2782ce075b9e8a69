/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Objects, maps, links and pins with known counts, in a directory of their own. */
abstract class FaultScene implements AutoCloseable {
    /** Where everything is pinned. It does not exist at first. */
    final Path directory;

    FaultScene(Path directory) {
        this.directory = directory;
    }

    /** The pins that are there now, without those of maps that wait to be drained. */
    final List<String> content() {
        return files(directory).stream()
                .filter(file -> !file.matches(".*-draining(/.*|-[0-9]+(/.*)?)"))
                .toList();
    }

    /** Keeps maps in which another process counts, so that they can be read after its end. */
    void keepMapsOf(ProcessHandle process) {}

    /**
     * Does once what is counted. Called while another process runs an operation, and again and again until it has ended.
     *
     * @return false if nothing is counted now
     */
    boolean count() {
        return false;
    }

    /** Also removes the pins, so that the maps of thousands of scenes do not stay. */
    @Override
    public final void close() {
        closeAll();
        remove(directory);
    }

    /** Closes what is open, and detaches links. */
    abstract void closeAll();

    /** The files below a directory, which need not exist, as paths from there; without the links for other tools, which may be missing. */
    static List<String> files(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files that this process has open, in order: those in a directory, and the objects of the kernel whose links match a pattern. */
    static List<String> openFiles(Path directory, String objects) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(FaultScene::target)
                    .filter(target ->
                            target.matches("anon_inode:" + objects) || target.startsWith(directory.toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // it was closed after it was listed, such as the descriptor of the listing itself
        }
    }

    /** Removes a directory and everything in it, if it exists. */
    static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
