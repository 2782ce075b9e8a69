/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.TargetMapFinder;
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
import java.util.Objects;
import java.util.stream.Stream;

/** Finds pins in directories, without the {@link PinFile}s beside them. */
final class PinFiles {
    /** The directories beside the pin of an outer map that has been drained or migrated. */
    private static final List<PinFile> DIRECTORIES = List.of(PinFile.DRAINING, PinFile.RETIRED);

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

    /** What is pinned at a path, or below it: the pins without the files beside them, in the order of their names. */
    static List<Path> below(Path start) {
        Path path = at(start);
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            collect(path, found);
        } else if (exists(path)) {
            found.add(path);
        }
        if (found.isEmpty()) {
            throw new CommandFailedException("nothing is pinned at " + SafeText.visible(start.toString())
                    + TargetMapFinder.nearest(path) + "; `nestmap pins` lists the pins below /sys/fs/bpf");
        }
        return found;
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

    /** Whether a file is the symbolic link with which other tools find a map. */
    static boolean isLinkForOthers(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    && file.resolveSibling(Files.readSymbolicLink(file)).equals(PinNames.inNow(file));
        } catch (IOException e) {
            return false; // it is gone
        }
    }

    /** The pins of outer maps at a path, or below it, that were removed while directories beside them stayed. */
    static List<Path> removedOuters(Path start) {
        Path path = at(start);
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return isRemoved(path) ? List.of(path) : List.of();
        }
        try {
            return all(path)
                    .flatMap(file -> DIRECTORIES.stream().map(kind -> kind.pinOf(file)))
                    .filter(Objects::nonNull)
                    .distinct()
                    .filter(PinFiles::isRemoved)
                    .toList();
        } catch (BpfException e) {
            return List.of(); // the search for pins says what can't be read
        }
    }

    /** Throws if there is a symbolic link beside one of these pins. */
    static void requireNoLinks(List<Path> pins) {
        pins.stream().flatMap(pin -> PinFile.links(pin).stream()).findFirst().ifPresent(link -> {
            throw new CommandFailedException(PinFile.linkProblem(link) + "; nothing was changed");
        });
    }

    /** All files below a directory. Follows no symbolic link. */
    private static Stream<Path> all(Path directory) {
        return PinDirectory.list(directory).stream()
                .filter(file -> !isNext(file))
                .flatMap(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                        ? Stream.concat(Stream.of(file), all(file))
                        : Stream.of(file));
    }

    private static boolean isRemoved(Path pin) {
        return !exists(pin)
                && DIRECTORIES.stream().anyMatch(kind -> Files.isDirectory(kind.of(pin), LinkOption.NOFOLLOW_LINKS));
    }

    /** Whether nothing is pinned at a path, or below it. */
    static boolean isEmpty(Path start) {
        Path path = start.toAbsolutePath().normalize();
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return Files.notExists(at(path), LinkOption.NOFOLLOW_LINKS)
                    && Files.notExists(path); // false if this process may not look
        }
        try {
            return all(path).allMatch(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS));
        } catch (BpfException e) {
            return false; // the search for pins says what can't be read
        }
    }

    private static void collect(Path directory, List<Path> found) {
        for (Path file : PinDirectory.list(directory)) {
            if (file.toString().endsWith(".debug")
                    || isLinkForOthers(file)
                    || isNext(file)
                    || PinFile.isBeside(file, found)) { // the kernel's own files are no pins
                continue;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                collect(file, found);
            } else {
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
