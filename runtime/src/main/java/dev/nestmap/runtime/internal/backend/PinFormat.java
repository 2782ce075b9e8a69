/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaFormatException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format of the pins in the directory of a set. This version writes and reads format 1, which has no marker.
 *
 * <p>A version that writes format N creates the directories {@code format-2} to {@code format-N} in the set, before it makes the first change
 * that an older version would misread. So each version only looks for the directory of the next format. A running process of an older
 * version notices it when it becomes the owner of the set. While it is the owner, no other version changes the format.
 *
 * <p>No version is released yet, so format 1 changes without a marker. Only {@link #requireForeign} recognizes the pins of earlier builds.
 */
public final class PinFormat {
    private static final int KNOWN = 1;

    private PinFormat() {}

    /**
     * Requires that this version knows the format of a pin. The owner of its set has asked for it already, and nobody else changes it.
     *
     * @param operation names the caller's operation in messages
     * @throws BpfException if a newer version has changed the format
     */
    public static void requireKnown(String operation, Pins pins, Path pin) {
        if (!PinSets.isOwned(pin)) {
            requireKnownNow(operation, pins, pin);
        }
    }

    /** Does the same for a process that has just become the owner. */
    static void requireKnownNow(String operation, Pins pins, Path pin) {
        int format = KNOWN;
        while (pins.exists(marker(pin, format + 1))) {
            format++;
        }
        if (format > KNOWN) {
            throw BpfException.of(Reason.MISMATCH, operation)
                    .because(ErrorTable.message(
                            "NEWER_FORMAT", PinNames.setOf(pin), format, marker(pin, format), KNOWN));
        }
    }

    /**
     * Requires that a map outside the generations of a set is other software's. Builds of Nestmap from before the sets pinned outer maps there.
     *
     * @throws BpfException if Nestmap has pinned it
     */
    public static void requireForeign(Pins pins, Path pin) {
        if (pins.isFile(pin.resolveSibling(pin.getFileName() + PinNames.PROTOTYPE))) {
            throw BpfException.of(Reason.MISMATCH, "opening of the pin " + pin)
                    .because(ErrorTable.message("PIN_OF_EARLIER_BUILD", PinNames.inNow(pin), pin));
        }
    }

    /**
     * Reads what a pinned map says about itself.
     *
     * @param id the id of the map that is pinned there
     * @return null if other software has pinned the map, outside of the generations of a set
     * @throws BpfException if there is no text, if it describes another map, or if this version can't read it
     */
    public static @Nullable PinnedMapText text(Pins pins, Path pin, int id) {
        Path directory = Objects.requireNonNull(pin.getParent(), "a pin is in a directory");
        Path set = directory.getParent();
        if (set == null || !(directory.endsWith(PinNames.NOW) || directory.endsWith(PinNames.COMING))) {
            return null;
        }
        Path file = pin.resolveSibling(pin.getFileName() + PinNames.SCHEMA);
        PinnedMapText parsed = parse(pin, file, pins);
        if (parsed == null) {
            String missing = "there is no text " + file + " that says what the entries mean: ";
            throw unreadable(
                    pin,
                    missing
                            + (pins.isFile(pin.resolveSibling(pin.getFileName() + PinNames.PROTOTYPE))
                                    ? ErrorTable.message("TEXT_OF_EARLIER_BUILD", pin)
                                    : ErrorTable.message("TEXT_WAS_REMOVED", pin)));
        }
        if (parsed.id() != id) {
            throw unreadable(
                    pin,
                    ErrorTable.message(
                            "TEXT_OF_OTHER_MAP",
                            Integer.toUnsignedString(id),
                            file,
                            Integer.toUnsignedString(parsed.id())));
        }
        if (!parsed.directory().equals(pins.directory(set))) {
            throw second(pin, id, "in another directory");
        }
        Path own = pin.resolveSibling(parsed.pin());
        if (!own.equals(pin) && isPinned(pins, own, id)) {
            throw second(pin, id, "at " + own);
        }
        return parsed;
    }

    /** Whether a map has this pin, too. A load that renames a pin leaves the name of the earlier one in the text. */
    private static boolean isPinned(Pins pins, Path pin, int id) {
        try (RawMap map = Generation.openIfMap(pins, pin)) {
            return map != null && map.id() == id;
        }
    }

    /** What the owner has displaced, and the pins of its inner maps, are beside its own pin. */
    private static BpfException second(Path pin, int id, String place) {
        return unreadable(
                pin, ErrorTable.message("SECOND_PIN", Integer.toUnsignedString(id), place, pin, PinNames.SCHEMA));
    }

    /** The pins among the files of a directory that have a text beside them: all outer maps, and other maps that records pin. */
    public static Stream<Path> described(Collection<Path> files) {
        return files.stream()
                .filter(file -> file.toString().endsWith(PinNames.SCHEMA))
                .map(file -> {
                    String name = String.valueOf(file.getFileName());
                    return file.resolveSibling(name.substring(0, name.length() - PinNames.SCHEMA.length()));
                });
    }

    /**
     * Reads a text.
     *
     * @param pin what it is about
     * @return null if there is none
     * @throws BpfException if this version can't read it
     */
    public static @Nullable PinnedMapText parse(Path pin, Path file, Pins pins) {
        String text = pins.read(file);
        try {
            return text == null ? null : PinnedMapText.parse(text);
        } catch (SchemaFormatException e) {
            throw unreadable(
                    pin,
                    "it can't read what the entries mean, " + file + ": " + e.getMessage()
                            + ". It leaves the pins and their counts unchanged. Use the version of Nestmap that wrote the text, or a newer one");
        }
    }

    private static BpfException unreadable(Path pin, String why) {
        return BpfException.of(Reason.MISMATCH, "opening of the pin " + pin).because(why);
    }

    /**
     * Opens the map that is pinned at a path. The caller owns the result. Null if nothing is pinned there.
     *
     * @throws BpfException if a newer version has changed the format, even if no map is pinned there
     */
    public static @Nullable RawMap open(Pins pins, Path pin, MapAccess access) {
        RawMap raw = pins.open(pin, access);
        try (Undo undo = raw == null ? new Undo() : new Undo(raw::close)) {
            requireKnown("opening of the pin " + pin, pins, pin);
            undo.commit();
            return raw;
        }
    }

    private static Path marker(Path pin, int format) {
        return PinNames.setOf(pin).resolve(PinNames.FORMAT + format);
    }
}
