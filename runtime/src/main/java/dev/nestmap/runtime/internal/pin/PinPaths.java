/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The path of a map's pin and the paths of the pins beside it. Their names contain a hyphen, which no C name contains. The kernel
 * rejects pin names with a dot.
 *
 * <p>Nestmap pins the map {@code acme/tenant} at {@code acme/now/tenant}, and {@code acme/tenant} is a symbolic link for other tools, which nothing
 * of Nestmap follows. A map that other software has pinned at {@code acme/tenant} stays there, with all files beside it.
 *
 * @param outer the pin of the outer map, or of another map
 * @param options who may open the pins
 * @param access what the handles to the pinned maps may do
 */
public record PinPaths(Path outer, PinOptions options, MapAccess access) {
    public PinPaths {
        outer = outer.normalize();
        if (!outer.isAbsolute()) {
            throw new IllegalArgumentException(
                    "the path of a pin must be resolved against PinOptions.root(): " + outer);
        }
        if (outer.getFileName() == null) {
            throw new IllegalArgumentException(
                    "the path " + outer + " names a directory: pass the path of a pin, such as acme/tenant");
        }
    }

    /**
     * The paths of the map that a user names.
     *
     * @param pin the path that the user has written, absolute
     */
    public static PinPaths of(Path pin, PinOptions options, MapAccess access, Pins pins) {
        return new PinPaths(find(pin, pins), options, access);
    }

    /** Where the map is pinned that a user names: in the set, or at the path itself if other software has pinned it there. */
    public static Path find(Path pin, Pins pins) {
        Path path = new PinPaths(pin, PinOptions.defaults(), MapAccess.READ_ONLY).outer();
        Path owned = PinNames.inNow(path);
        if (pins.isFile(owned) || !pins.isFile(path)) {
            return owned;
        }
        PinFormat.requireForeign(pins, path);
        return path;
    }

    /** The directory of the set. */
    public Path set() {
        return PinNames.setOf(outer);
    }

    /** The path that the user has declared. */
    public Path user() {
        return set().resolve(name());
    }

    /** Creates the symbolic link for other tools, unless there is a file with its name. A failure is only logged. */
    public void link(Pins pins) {
        try {
            if (!user().equals(outer)) {
                pins.createLink(user(), Path.of(PinNames.NOW).resolve(name()));
            }
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(
                    Level.INFO, "other tools find the map only at " + outer + ", because there is no link to it", e);
        }
    }

    /** The text that says what the pinned map is. */
    public Path schema() {
        return beside(PinNames.SCHEMA);
    }

    /** The directory of the inner maps' pins. */
    public Path inners() {
        return beside(PinNames.INNERS);
    }

    /** The pin of the inner map at a key. */
    public Path inner(String key) {
        return inners().resolve(key);
    }

    /** The pin of the inner map that a change is about to put at a key. */
    public Path nextInner(String key) {
        return inners().resolve(key + PinNames.NEXT);
    }

    /** Returns the key in the file name of {@link #inner} or {@link #nextInner}. */
    public static String keyOfInner(String file) {
        return file.endsWith(PinNames.NEXT) ? file.substring(0, file.length() - PinNames.NEXT.length()) : file;
    }

    /** Options for the pins of displaced maps, which only writers of the map need. */
    public PinOptions forWriters() {
        return DerivedPinPermissions.forWriters(options);
    }

    /** The directory of displaced maps that wait. */
    public Path draining() {
        return beside(PinNames.DRAINING);
    }

    /** The pin of a displaced map. */
    public Path draining(String key, int id, boolean isUnchecked) {
        return draining(draining(), key, id, isUnchecked);
    }

    /** The pin of a displaced map in a directory. */
    public static Path draining(Path directory, String key, int id, boolean isUnchecked) {
        return directory.resolve(key + "-" + Integer.toUnsignedString(id) + (isUnchecked ? PinNames.UNCHECKED : ""));
    }

    /** Whether the name of a draining pin says that programs may have written to its map after its displacement. */
    public static boolean isUnchecked(Path draining) {
        return String.valueOf(draining.getFileName()).endsWith(PinNames.UNCHECKED);
    }

    /** Returns the name of a draining pin with the doubt. */
    public static Path unchecked(Path draining) {
        return draining.resolveSibling(keyAndId(draining) + PinNames.UNCHECKED);
    }

    /** Returns the name {@code <key>-<id>} of a draining pin, without its doubt. */
    public static String keyAndId(Path draining) {
        String file = String.valueOf(draining.getFileName());
        return file.endsWith(PinNames.UNCHECKED)
                ? file.substring(0, file.length() - PinNames.UNCHECKED.length())
                : file;
    }

    /** Returns the id in the name of a draining pin or of a group; 0 if it has none. */
    public static int idOf(Path pin) {
        String file = keyAndId(pin);
        try {
            return Integer.parseUnsignedInt(file.substring(file.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The pin of the map in which programs record missing keys. */
    public Path requests() {
        return beside(PinNames.REQUESTS);
    }

    /** The pin of the map in which programs count what they could not count in inner maps. */
    public Path uncounted() {
        return beside(PinNames.UNCOUNTED);
    }

    /** The pin of the map in which programs count failed inserts into inner maps. */
    public Path lostEvents() {
        return beside(PinNames.LOST_EVENTS);
    }

    /** The same in the next generation of the set. */
    public PinPaths coming() {
        return new PinPaths(next().resolve(name()), options, access);
    }

    /** The directory of the set whose content is worth nothing. */
    public Path next() {
        return set().resolve(PinNames.COMING);
    }

    /** The door of the maps in use, while they are replaced. */
    public Path closed() {
        return set().resolve(PinNames.NOW).resolve(PinNames.CLOSED);
    }

    /** Whether other software has pinned the map, so that it is in no generation. */
    public boolean isFree() {
        return !outer.equals(PinNames.inNow(outer));
    }

    /**
     * The group of the maps that an outer map held which is replaced: see {@link PinNames#isGroup}.
     *
     * @param outer the id of that outer map
     */
    public Path retired(int outer) {
        return beside(PinNames.RETIRED + "-" + Integer.toUnsignedString(outer));
    }

    /** The same group when no program of its version runs any more. */
    public Path settled(Path retired) {
        return beside(PinNames.DRAINING + "-" + Integer.toUnsignedString(idOf(retired)));
    }

    /** The groups of displaced maps of other versions that wait, sorted by their names. */
    public List<Path> drainingGroups(Pins pins) {
        return drainingGroups(pins.files(directory()));
    }

    /** Does the same with the files in the directory of the pin. */
    public List<Path> drainingGroups(List<Pins.Listed> files) {
        return groups(files, draining());
    }

    /** The groups to which programs of other versions may still write, sorted by their names. */
    public List<Path> retiredGroups(Pins pins) {
        return retiredGroups(pins.files(directory()));
    }

    /** Does the same with the files in the directory of the pin. */
    public List<Path> retiredGroups(List<Pins.Listed> files) {
        return groups(files, beside(PinNames.RETIRED));
    }

    /** The directory of the pin. */
    public Path directory() {
        return Objects.requireNonNull(outer.getParent(), "a pin is in a directory");
    }

    private static List<Path> groups(List<Pins.Listed> files, Path kind) {
        return files.stream()
                .filter(Pins.Listed::isDirectory) // and no pin of others
                .map(Pins.Listed::path)
                .filter(file -> PinNames.isGroup(String.valueOf(file.getFileName()))
                        && kind.equals(file.resolveSibling(PinNames.kindOfGroup(String.valueOf(file.getFileName())))))
                .sorted()
                .toList();
    }

    /** The names of what is beside the pin of an outer map and changes with its version. */
    public static List<String> ends() {
        return List.of("", PinNames.SCHEMA, PinNames.INNERS, PinNames.DRAINING);
    }

    private Path name() {
        return Objects.requireNonNull(outer.getFileName(), "a pin has a name");
    }

    private Path beside(String suffix) {
        return outer.resolveSibling(name() + suffix);
    }
}
