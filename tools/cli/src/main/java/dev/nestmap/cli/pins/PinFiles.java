/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static dev.nestmap.cli.pins.OuterPinState.REQUESTS;
import static dev.nestmap.cli.pins.WaitingMap.DRAINING;
import static dev.nestmap.cli.pins.WaitingMap.RETIRED;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files in directories of pins. docs/reference/pin-files.md lists those beside the pin of an outer map. */
final class PinFiles {
    static final String READER = "-reader";
    static final String OWNER = "-owner";

    /** The ends of the names of files and directories that Nestmap keeps beside the pin of an outer map. */
    static final Set<String> BESIDE = Set.of(
            "-prototype",
            "-inner",
            DRAINING,
            REQUESTS,
            REQUESTS + "-prototype",
            REQUESTS + "-inner",
            REQUESTS + DRAINING,
            REQUESTS + "-migration",
            "-lost",
            "-lost-inserts",
            "-migration",
            RETIRED,
            READER,
            OWNER);

    private PinFiles() {}

    /** Whether a file is beside one of these pins, and belongs to it. */
    static boolean isBeside(Path file, List<Path> pins) {
        String name = String.valueOf(file.getFileName());
        return BESIDE.stream()
                .filter(name::endsWith)
                .anyMatch(end -> pins.contains(file.resolveSibling(name.substring(0, name.length() - end.length()))));
    }

    /** What is pinned at a path, or below it: the pins without the files beside them, in the order of their names. */
    static List<Path> below(Path start) {
        Path path = start.toAbsolutePath().normalize();
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            collect(path, found);
        } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            found.add(path);
        }
        if (found.isEmpty()) {
            throw new CommandFailedException("nothing is pinned at " + SafeText.visible(start.toString())
                    + TargetMapFinder.nearest(path) + "; `nestmap pins` lists the pins below /sys/fs/bpf");
        }
        return found;
    }

    private static void collect(Path directory, List<Path> found) {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.sorted().toList();
        } catch (IOException e) {
            throw new CommandFailedException("the directory " + SafeText.visible(directory.toString())
                    + " can't be read: " + SafeText.visible(e.toString()));
        }
        for (Path file : files) {
            if (file.toString().endsWith(".debug") || isBeside(file, found)) { // the kernel's own files are no pins
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
