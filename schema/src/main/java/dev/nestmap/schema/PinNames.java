/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the names that the runtime gives to the files beside a pin, and how much room they leave: a file name in a BPF file system has
 * at most 255 bytes.
 */
public final class PinNames {
    /** {@code linux/limits.h}. */
    public static final int MOST = 255;

    /** The directory of the maps of a set: the one in use. */
    public static final String NOW = "now";

    /** The directory of a set whose content is worth nothing. */
    public static final String COMING = "next";

    /** A directory in {@link #NOW}: while it is there, nobody attaches a program to these maps but the load that creates or replaces them. */
    public static final String CLOSED = "closed";

    /** The end of the name of the text that says what a pinned map is: see {@link dev.nestmap.schema.text.PinnedMapText}. */
    public static final String SCHEMA = "-schema";

    /** Earlier builds pinned a map with this end of its name beside an outer map. */
    public static final String PROTOTYPE = "-prototype";

    public static final String INNERS = "-inner";
    public static final String DRAINING = "-draining";
    public static final String RETIRED = "-retired";

    /** The name of the directory, beside the pins of a service, that their owner locks. */
    public static final String OWNER = "owner";

    /** The end of the name of the pin of a new link that is about to replace the pinned link. */
    public static final String OVERLAP = "-overlap";

    /** The start of the name of a marker, in the directory of a set, of a newer format. The number of the format comes after it. */
    public static final String FORMAT = "format-";

    /** The end of the name of the map in which programs record missing keys. */
    public static final String REQUESTS = "-requests";

    /** The end of the name of the map in which programs count what no inner map counts: see {@link UncountedMap}. */
    public static final String UNCOUNTED = "-uncounted";

    /** The end of the name of the map in which programs count the lost events of a stream: see {@link LostEventMap}. */
    public static final String LOST_EVENTS = "-lost-events";

    /** Ends the name of the pin of an inner map that a change is about to put at a key. */
    public static final String NEXT = "-next";

    /** Ends the name of the pin of a displaced map to which programs may have written after its displacement. */
    public static final String UNCHECKED = "-unchecked";

    /** The name of the text in a group, which says of which version its maps are. */
    public static final String GROUP_SCHEMA = "schema";

    private static final int ID = Integer.toUnsignedString(-1).length();

    /** The end of the name of a group, after that of the pin of its outer map. */
    private static final Pattern GROUP =
            Pattern.compile("(?<=.)(" + DRAINING + "|" + RETIRED + ")-[0-9]{1," + ID + "}$");

    /** What follows the name of a pin in the names of the files beside it. */
    private static final Pattern BESIDE = Pattern.compile("(|" + REQUESTS + ")(|" + SCHEMA + "|" + INNERS + "|("
            + DRAINING + "|" + RETIRED + ")(-[0-9]{1," + ID + "})?)|" + UNCOUNTED + "|" + LOST_EVENTS);

    private static final List<String> OF_ALL = List.of(SCHEMA, INNERS, DRAINING + "-".repeat(ID + 1));

    private static final List<String> OF_FURTHER_MAPS = List.of(REQUESTS, UNCOUNTED, LOST_EVENTS);

    /** The most bytes of the name of a pin. */
    public static final int MOST_OF_PIN = MOST - longest(OF_FURTHER_MAPS) - longest(OF_ALL);

    /** The most bytes of the key in the name of an inner map: the longest name is that of a displaced map, {@code <key>-<id>-unchecked}. */
    public static final int MOST_OF_KEY = MOST - 1 - ID - UNCHECKED.length();

    private PinNames() {}

    /**
     * Whether a file is a group: a directory beside the pin of an outer map, with displaced maps of another version, which the text {@link #GROUP_SCHEMA}
     * in it describes. Its name has the id of the outer map that held them: {@code tenant-draining-4711}; {@code tenant-retired-4711} while programs of
     * that version may still write to them.
     */
    public static boolean isGroup(String name) {
        return GROUP.matcher(name).find();
    }

    /** Whether a file belongs to a pin: it is the pin, or Nestmap has made it beside the pin. */
    public static boolean isBeside(String file, String pin) {
        return file.startsWith(pin)
                && BESIDE.matcher(file.substring(pin.length())).matches();
    }

    /** The name of the directory beside a pin to which a group belongs: {@code tenant-draining} for {@code tenant-draining-4711}. */
    public static String kindOfGroup(String name) {
        return GROUP.matcher(name).replaceFirst("$1");
    }

    /** Whether no pin may have this name, because Nestmap needs it in a directory of pins. */
    public static boolean isReserved(String name) {
        return name.matches("now|next|owner|closed|format-[0-9]+");
    }

    /**
     * The first name in the path of a pin that Nestmap needs for itself: the name of the pin, or that of the directory of its set, because the set may
     * be in the directory of another one, which empties its {@code next}.
     *
     * @return null if there is none
     */
    public static @Nullable String reserved(Path pin) {
        String name = String.valueOf(pin.getFileName());
        String set = pin.getParent() == null ? "" : String.valueOf(setOf(pin).getFileName());
        return isReserved(name) ? name : isReserved(set) ? set : null;
    }

    /** The directory of the set that a pin belongs to: {@code acme} for {@code acme/now/tenant} and for {@code acme/tenant}. */
    public static Path setOf(Path pin) {
        Path directory = Objects.requireNonNull(pin.getParent(), "a pin is in a directory");
        boolean isGeneration = NOW.equals(String.valueOf(directory.getFileName()));
        return isGeneration ? Objects.requireNonNullElse(directory.getParent(), directory) : directory;
    }

    /** Where Nestmap pins a map: {@code acme/now/tenant} for {@code acme/tenant} and for {@code acme/now/tenant}. */
    public static Path inNow(Path pin) {
        return setOf(pin).resolve(NOW).resolve(pin.getFileName());
    }

    private static int longest(List<String> names) {
        return names.stream().mapToInt(String::length).max().orElseThrow();
    }
}
