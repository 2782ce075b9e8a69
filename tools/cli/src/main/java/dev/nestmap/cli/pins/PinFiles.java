/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds pins in directories, without the {@link PinFile}s beside them. */
final class PinFiles {
    /**
     * The most names in the path of a directory that a search lists. Any user may nest directories where the file system is writable for all, and
     * the kernel sets no limit.
     */
    static final int MOST_NAMES = 64;

    private PinFiles() {}

    /**
     * Whether there is a file. What is removed or left out because a file is gone must not depend on a guess.
     *
     * @throws CommandFailedException if this process can't know it, for example because it may not look into the directory
     */
    static boolean exists(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true; // created meanwhile
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new CommandFailedException("this process can't know whether there is a file "
                    + SafeText.visible(file.toString()) + ": " + SafeText.visible(e.toString()));
        }
    }

    /**
     * What is pinned at a path, or below it: the pins without the files beside them, in the order of their names.
     *
     * @param skipped is told which directories the search has left out, and why
     */
    static List<Path> below(Path start, Consumer<String> skipped) {
        Path path = at(start);
        List<Path> found = new ArrayList<>();
        List<String> left = new ArrayList<>();
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            collect(path, found, left::add);
        } else if (exists(path)) {
            found.add(path);
        }
        if (found.isEmpty()) {
            throw new CommandFailedException(
                    left.isEmpty()
                            ? (exists(start)
                                            ? "nothing is pinned at " + SafeText.visible(start.toString())
                                            : "there is no file " + SafeText.visible(start.toString())
                                                    + ", so nothing is pinned at this path")
                                    + "; `nestmap pins` lists the pins below /sys/fs/bpf"
                            : left.get(0));
        }
        left.forEach(skipped);
        return found;
    }

    /** Says why a command leaves such an outer map out. */
    static String bareMap(Path pin) {
        return SafeText.visible(pin.toString())
                + " is left out: it is an outer map without inner maps, and no service of Nestmap has pinned it";
    }

    /**
     * The files of a directory that a search has come to. One that can't be read, or that is nested too deeply, must not end the search: another user
     * may have made it.
     */
    static List<Path> list(Path directory, Consumer<String> skipped) {
        String shown = SafeText.visible(directory.toString());
        if (directory.getNameCount() > MOST_NAMES) {
            skipped.accept(shown + " is not searched, because it is more than " + MOST_NAMES + " directories deep");
            return List.of();
        }
        try {
            return PinDirectory.list(directory);
        } catch (BpfException e) {
            skipped.accept(shown + " can't be read: " + e.getMessage());
            return List.of();
        }
    }

    /** Whether some of the files of a directory are pins. Other users may put directories and symbolic links into one, but no pins of these maps. */
    static boolean hasPins(List<Path> files) {
        return files.stream().anyMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** Whether a pinned outer map has no inner map, and none waits beside it, so that there is nothing to drain. Other software may have pinned it. */
    static boolean isBare(UntypedMap outer, Path pin) {
        return PinFile.beside(pin).noneMatch(PinFiles::exists) && outer.count() == 0;
    }

    /** The directory, or the pin itself, that a user names. */
    static Path at(Path start) {
        Path path = start.toAbsolutePath().normalize();
        try {
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? path : PinDirectory.find(path);
        } catch (BpfException e) {
            return path; // whoever looks for it says what can't be read
        }
    }

    /** Whether a file is the directory of a set whose content is worth nothing. */
    static boolean isNext(Path file) {
        return file.endsWith(PinNames.COMING)
                && Files.isDirectory(file.resolveSibling(PinNames.OWNER), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the kernel has made a file, such as {@code maps.debug}, which is no pin. */
    static boolean isOfKernel(Path file) {
        return file.toString().endsWith(".debug");
    }

    /** Whether a file is the symbolic link with which other tools find a map. */
    static boolean isLinkForOthers(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    && file.resolveSibling(Files.readSymbolicLink(file)).equals(PinNames.inNow(file));
        } catch (IOException e) {
            return false; // it is gone
        }
    }

    /** Throws if there is a symbolic link beside one of these pins. */
    static void requireNoLinks(List<Path> pins) {
        pins.stream().flatMap(pin -> PinFile.links(pin).stream()).findFirst().ifPresent(link -> {
            throw new CommandFailedException(PinFile.linkProblem(link) + "; nothing was changed");
        });
    }

    /** What is at a path, beside a pin or below a directory. Follows no symbolic link. */
    static Stream<Path> all(Path start) {
        return all(start, skipped -> {});
    }

    private static Stream<Path> all(Path start, Consumer<String> skipped) {
        if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
            return Stream.concat(
                    PinFile.beside(start).filter(PinFiles::exists).sorted(),
                    Stream.of(start).filter(PinFiles::exists));
        }
        return list(start, skipped).stream()
                .filter(file -> !isNext(file) && !isOfKernel(file))
                .flatMap(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                        ? Stream.concat(Stream.of(file), all(file, skipped))
                        : Stream.of(file));
    }

    /** The directories, at a path or below it, that owners of pins lock; of a pin, that of its set. */
    static List<Path> owners(Path start) {
        Path path = at(start);
        Path own = PinNames.setOf(path).resolve(PinNames.OWNER);
        return Stream.concat(
                        Stream.of(own), Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? all(path) : Stream.of())
                .filter(file -> file.endsWith(PinNames.OWNER) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                .distinct()
                .toList();
    }

    /** Whether a file is in the directory of the maps of a set, where only Nestmap makes directories. */
    static boolean isInNow(Path file) {
        Path directory = file.getParent();
        return directory != null && directory.endsWith(PinNames.NOW);
    }

    /** Names the directories at a path, or below it, whose maps with counts no drain of a command reaches, each with the reason and the remedy. */
    static List<String> undrainable(Path start) {
        List<String> problems = new ArrayList<>();
        for (Path file : all(at(start)).toList()) {
            if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                    || !hasPins(list(file, skipped -> {}).stream()
                            .filter(pin -> !PinFile.isTextOfGroup(pin))
                            .toList())) {
                continue;
            }
            String shown = SafeText.visible(file.toString());
            Path upgraded = PinFile.RETIRED.pinOf(file);
            if (upgraded != null && isInNow(file)) {
                problems.add("an upgrade of " + SafeText.visible(upgraded.toString())
                        + " is not complete: " + shown
                        + " has maps with counts, to which programs may still write. Start the service, which completes the upgrade,"
                        + " and try again");
            }
            for (PinFile kind : List.of(PinFile.INNERS, PinFile.DRAINING)) {
                Path pin = kind.pinOf(file);
                if (pin != null && !exists(pin) && (kind == PinFile.DRAINING || isInNow(file))) {
                    problems.add(
                            "somebody has removed the pin " + SafeText.visible(pin.toString())
                                    + ", but maps with counts are still pinned in " + shown
                                    + ". First save their entries (`nestmap tree DIRECTORY --json`). Then start the service, which pins a"
                                    + " new outer map and drains the maps that it can recover; or remove these pins, and run the command again");
                }
            }
        }
        return problems;
    }

    /** Whether nothing is pinned at a path, or below it. */
    static boolean isEmpty(Path start) {
        Path path = start.toAbsolutePath().normalize();
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return Files.notExists(at(path), LinkOption.NOFOLLOW_LINKS)
                    && Files.notExists(path); // false if this process may not look
        }
        List<String> skipped = new ArrayList<>(); // the search for pins says what can't be read
        return all(path, skipped::add).allMatch(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                && skipped.isEmpty();
    }

    private static void collect(Path directory, List<Path> found, Consumer<String> skipped) {
        List<Path> here = new ArrayList<>();
        for (Path file : list(directory, skipped)) {
            if (isOfKernel(file) || Files.isSymbolicLink(file) || isNext(file) || PinFile.isBeside(file, here)) {
                continue;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                collect(file, found, skipped);
            } else {
                here.add(file);
                found.add(file);
            }
        }
    }

    /** Whether an outer map is pinned at a path. */
    static boolean isOuter(Path pin) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(pin, MapAccess.READ_ONLY)) {
            return map != null && map.isMapOfMaps();
        } catch (NotAMapException e) {
            return false;
        }
    }
}
