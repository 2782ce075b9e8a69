/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds other pins of outer maps. An administrator may have made one, or another user who may read the pin of the service. The ownership of the slots
 * and the displaced maps are beside the service's pin, so a command that was given the other one would drain beside a running service, and save
 * maps that are saved already.
 */
final class SecondPinCheck {
    private SecondPinCheck() {}

    /**
     * A pin of an outer map.
     *
     * @param file the same if two paths lead to one pin
     */
    private record Pin(Path path, int map, Object file) {
        /** Whether a service has pinned the map here. */
        boolean isOfService() {
            return Files.exists(PinFile.PROTOTYPE.of(path), LinkOption.NOFOLLOW_LINKS);
        }

        boolean isSecondOf(Pin other) {
            return map == other.map && !file.equals(other.file) && other.isOfService();
        }

        String shown() {
            return SafeText.visible(path.toString());
        }
    }

    /** Throws if the service of one of these outer maps uses another pin. Reads all BPF file systems that this process sees. */
    static void requireNone(List<Path> outers) {
        List<Pin> all = bpfFileSystems().stream().flatMap(SecondPinCheck::below).toList();
        for (Pin pin : outers.stream().flatMap(SecondPinCheck::pinAt).toList()) {
            all.stream().filter(pin::isSecondOf).findFirst().ifPresent(other -> {
                throw new CommandFailedException(
                        pin.shown() + " is a second pin of the outer map at " + other.shown() + " (id "
                                + Integer.toUnsignedString(pin.map()) + "). "
                                + (pin.isOfService()
                                        ? "Beside both are pins of a service, so a drain could save counts twice. Start the service, which drains"
                                                + " through its own pin"
                                        : "What its service has displaced is beside that pin, so a drain through this one could save counts twice:"
                                                + " name that one")
                                + "; nothing was changed");
            });
        }
    }

    private static Stream<Pin> below(Path fileSystem) {
        try {
            return PinFiles.below(fileSystem).stream().flatMap(SecondPinCheck::pinAt);
        } catch (BpfException | CommandFailedException e) {
            return Stream.of(); // it is empty, or this process may not list it
        }
    }

    /** Empty if no outer map is pinned there, or if it can't be read. */
    private static Stream<Pin> pinAt(Path path) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(path, MapAccess.READ_ONLY)) {
            if (map == null || !map.isMapOfMaps()) {
                return Stream.of();
            }
            Object file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            return Stream.of(new Pin(path, map.id(), file));
        } catch (BpfException | IOException e) {
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
