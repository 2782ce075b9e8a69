/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.PinNames;
import dev.nestmap.untyped.PinDirectory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files and directories that Nestmap keeps beside a pin. docs/reference/command.md says what each contains. */
enum PinFile {
    SCHEMA(PinNames.SCHEMA),
    INNERS(PinNames.INNERS),
    DRAINING(PinNames.DRAINING),
    RETIRED(PinNames.RETIRED),
    REQUESTS(PinNames.REQUESTS),
    UNCOUNTED(PinNames.UNCOUNTED),
    LOST_EVENTS(PinNames.LOST_EVENTS);

    private final String end;

    PinFile(String end) {
        this.end = end;
    }

    /** The end of its name. */
    String end() {
        return end;
    }

    /** The file beside a pin. */
    Path of(Path pin) {
        return pin.resolveSibling(pin.getFileName() + end);
    }

    /** Whether a service has owned the directory of a pin. */
    static boolean isInSet(Path pin) {
        return Files.isDirectory(PinNames.setOf(pin).resolve(PinNames.OWNER), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether a directory beside a pin has files. */
    boolean hasFiles(Path pin) {
        return !PinDirectory.list(of(pin)).isEmpty();
    }

    /** The directory beside a pin, and the groups of this kind that exist: see {@link PinNames#isGroup}. */
    Stream<Path> withGroups(Path pin) {
        Path beside = Objects.requireNonNull(pin.getParent(), "a pin is in a directory");
        return Stream.concat(
                Stream.of(of(pin)),
                PinDirectory.list(beside).stream().filter(file -> isGroup(file) && pin.equals(pinOf(file))));
    }

    /** Whether a file is, by its name, a group. */
    static boolean isGroup(Path file) {
        return PinNames.isGroup(String.valueOf(file.getFileName()));
    }

    /** The pins of inner maps in a directory beside a pin. */
    static List<Path> mapsIn(Path directory) {
        return PinDirectory.list(directory).stream()
                .filter(file -> !isTextOfGroup(file))
                .toList();
    }

    /** Whether a file says of which version the maps beside it are. */
    static boolean isTextOfGroup(Path file) {
        return file.endsWith(PinNames.GROUP_SCHEMA) && file.getParent() != null && isGroup(file.getParent());
    }

    /** All paths beside a pin, whether or not there is a file. */
    static Stream<Path> beside(Path pin) {
        return Stream.of(values())
                .flatMap(kind -> kind == DRAINING || kind == RETIRED
                        ? Stream.concat(kind.withGroups(pin), kind.withGroups(REQUESTS.of(pin)))
                        : Stream.of(kind.of(pin), kind.of(REQUESTS.of(pin))));
    }

    /** Whether a file is beside a pin, and is a directory in which inner maps are pinned. */
    static boolean isOfInnerMaps(Path file) {
        return Stream.of(INNERS, DRAINING, RETIRED).anyMatch(kind -> kind.pinOf(file) != null);
    }

    /** The symbolic links beside a pin. Nestmap makes none, so another user has put them there. */
    static List<Path> links(Path pin) {
        return beside(pin).filter(Files::isSymbolicLink).toList();
    }

    /** The description of such a link. */
    static String linkProblem(Path link) {
        return SafeText.visible(link.toString())
                + " is a symbolic link, which Nestmap never makes there and does not follow. Somebody who may write to the directory has put it"
                + " there: find out who, and remove the link itself (rm)";
    }

    /** Whether a file is beside one of these pins, or beside the requests of one, and belongs to it. */
    static boolean isBeside(Path file, List<Path> pins) {
        for (PinFile kind : values()) {
            Path pin = kind.pinOf(file);
            Path outer = pin == null ? null : REQUESTS.pinOf(pin);
            if ((pin != null && pins.contains(pin)) || (outer != null && pins.contains(outer))) {
                return true;
            }
        }
        return false;
    }

    /** The pin of the outer map beside which displaced maps are pinned in a directory; null if it is another directory. */
    static @Nullable Path outerOf(Path directory) {
        Path draining = DRAINING.pinOf(directory);
        return draining == null ? RETIRED.pinOf(directory) : draining;
    }

    /** The pin that a file with this end, or a group of this kind, is beside; null if its name has another end. */
    @Nullable
    Path pinOf(Path file) {
        String own = String.valueOf(file.getFileName());
        String name = PinNames.isGroup(own) ? PinNames.kindOfGroup(own) : own;
        return name.endsWith(end) ? file.resolveSibling(name.substring(0, name.length() - end.length())) : null;
    }
}
