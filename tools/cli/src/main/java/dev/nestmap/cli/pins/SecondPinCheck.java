/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds other pins, and other names, of outer maps. An administrator may have made one, or another user who may read the pin of the service. The
 * ownership of the slots, the pins of the inner maps and the displaced maps are beside the service's pin, so a command that was given the other one
 * would drain beside a running service, or save maps that the next start of a stopped one drains again.
 *
 * <p>The kernel does not say where a map is pinned, so this looks for services in all BPF file systems. Every user may make directories in some of
 * them. Therefore the search goes level by level, and looks at a limited number of directories of each user.
 */
final class SecondPinCheck {
    /** The most directories of one user that are searched. */
    private static final int MOST_OF_USER = 2_000;

    /** The most levels of directories below the root of a file system that are searched. */
    private static final int MOST_LEVELS = 8;

    private SecondPinCheck() {}

    /**
     * A pin of an outer map.
     *
     * @param file the same if two paths lead to one pin
     */
    private record Pin(Path path, int map, @Nullable Object file) {
        boolean isSecondOf(Pin other) {
            return map == other.map && !Objects.equals(file, other.file);
        }

        String shown() {
            return SafeText.visible(path.toString());
        }
    }

    /** Throws if one of these outer maps has a name outside its set, or if its service uses another pin. */
    static void requireNone(List<Path> outers) {
        outers.stream()
                .flatMap(pin -> Stream.of(pin, PinFile.REQUESTS.of(pin)))
                .forEach(SecondPinCheck::requireOneName);
        List<Pin> ofServices = ofServices(bpfFileSystems());
        for (Pin pin : outers.stream().flatMap(SecondPinCheck::pinAt).toList()) {
            ofServices.stream().filter(pin::isSecondOf).findFirst().ifPresent(other -> {
                throw new CommandFailedException(
                        pin.shown() + " is a second pin of the outer map at " + other.shown() + " (id "
                                + Integer.toUnsignedString(pin.map()) + "). "
                                + (isOfService(pin.path())
                                        ? "Beside both are pins of a service, so a drain could save counts twice. Start the service, which drains"
                                                + " through its own pin"
                                        : "What its service has displaced is beside that pin, so a drain through this one could save counts twice:"
                                                + " name that one")
                                + "; nothing was changed");
            });
        }
    }

    /** Throws if a pin has a name outside its set: a hard link. An upgrade that was killed may have left one in it. */
    private static void requireOneName(Path pin) {
        try {
            Map<String, Object> file = Files.readAttributes(pin, "unix:nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
            long known = Stream.of(
                            pin,
                            PinNames.inNow(pin),
                            PinNames.setOf(pin).resolve(PinNames.COMING).resolve(pin.getFileName()))
                    .distinct()
                    .filter(name -> Objects.equals(file.get("fileKey"), fileKey(name)))
                    .count();
            if (((Number) Objects.requireNonNull(file.get("nlink"))).longValue() > known) {
                throw new CommandFailedException("the pin " + SafeText.visible(pin.toString())
                        + " has another name in another directory, a hard link, so its service and this command could save the same counts;"
                        + " nothing was changed. `find DIRECTORY -samefile "
                        + SafeText.visible(pin.toString())
                        + "` finds it, if DIRECTORY is where the BPF file system is mounted. If you know which of them the service uses, remove"
                        + " the other name");
            }
        } catch (IOException e) {
            // It is gone, which the drain notices, too.
        }
    }

    private static @Nullable Object fileKey(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether a service has pinned the map here. */
    private static boolean isOfService(Path pin) {
        return Files.exists(PinFile.SCHEMA.of(pin), LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Pin> ofServices(List<Path> fileSystems) {
        List<Pin> found = new ArrayList<>();
        Map<Object, Integer> ofUsers = new HashMap<>();
        List<Path> level = fileSystems;
        for (int depth = 0; depth <= MOST_LEVELS; depth++) {
            List<Path> below = new ArrayList<>();
            for (Path directory : level) {
                for (Path file : list(directory, ofUsers)) {
                    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                        below.add(file);
                    } else if (isOfService(file)) {
                        pinAt(file).forEach(found::add);
                    }
                }
            }
            level = below;
        }
        return found;
    }

    /** Empty if this process may not list it, or has listed enough of its user. */
    private static List<Path> list(Path directory, Map<Object, Integer> ofUsers) {
        try {
            Object user = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            return ofUsers.merge(user, 1, Integer::sum) > MOST_OF_USER ? List.of() : PinDirectory.list(directory);
        } catch (BpfException | IOException e) {
            return List.of();
        }
    }

    /** Empty if no outer map is pinned there, or if it can't be read. */
    private static Stream<Pin> pinAt(Path path) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(path, MapAccess.READ_ONLY)) {
            return map == null || !map.isMapOfMaps() ? Stream.of() : Stream.of(new Pin(path, map.id(), fileKey(path)));
        } catch (BpfException e) {
            return Stream.of(); // no map, or somebody has removed it meanwhile
        }
    }

    private static List<Path> bpfFileSystems() {
        List<Path> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                String[] fields = line.split(" ", -1);
                if (fields[2].equals("bpf")) {
                    found.add(Path.of(fields[1].replace("\\040", " "))); // the kernel escapes blanks
                }
            }
        } catch (IOException e) {
            // No other pin is known.
        }
        return found;
    }
}
