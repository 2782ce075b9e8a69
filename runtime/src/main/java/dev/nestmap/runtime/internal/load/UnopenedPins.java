/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names the pinned maps of other versions of an object that this version does not open: nobody drains them, and no program of this version counts in them.
 * A set belongs to the versions of an object by its name; the Java type may have been renamed.
 */
record UnopenedPins(Schema records, Pins pins) {
    /**
     * Warns of each such map in the sets of these pins. Throws nothing, because the load has succeeded.
     *
     * @param listing returns the files in a directory
     */
    void warn(Collection<PinPaths> opened, Function<Path, List<Path>> listing) {
        Set<Path> own = opened.stream().map(PinPaths::outer).collect(Collectors.toSet());
        own.stream()
                .filter(pin -> pin.equals(PinNames.inNow(pin)))
                .map(Path::getParent)
                .distinct()
                .forEach(now -> {
                    List<Path> files = list(now, listing);
                    unopened(files, own).forEach(pin -> warn(pin, files));
                });
    }

    /**
     * Gives the map of another version the name that this version has for its pin, and so all that is beside it. Returns whether there is such a map.
     *
     * @param operation names the load in messages
     * @param missing a pin without a map, which the caller owns
     * @param opened all pins of this version
     */
    boolean rename(String operation, ClaimedPin missing, String map, Collection<PinPaths> opened, PinRenames renames) {
        Set<Path> own = opened.stream().map(PinPaths::outer).collect(Collectors.toSet());
        Path to = missing.paths().outer();
        Path from = former(operation, missing.paths(), map, own);
        if (from == null) {
            return false;
        }
        // Without waiting: who has the claim of a pin may wait for one that this load has.
        renames.rename(
                missing, map, from, to, new PinClaim(pins, from, missing.paths().options()).require(operation));
        return true;
    }

    /** The pin to rename. Null if there is none, or several, which a warning names. */
    private @Nullable Path former(String operation, PinPaths missing, String map, Set<Path> own) {
        Path to = missing.outer();
        List<Path> files = pins.list(missing.set().resolve(PinNames.NOW));
        // perhaps by what somebody has left who removed the pin itself
        boolean isTaken = files.stream().anyMatch(file -> PinNames.isBeside(nameOf(file), nameOf(to)));
        List<Path> former = unopened(files, own)
                .filter(pin -> files.contains(pin) && wasOrIs(pin, to, map))
                .toList();
        if (!former.isEmpty() && missing.options().refusesUpgrade()) {
            throw BpfException.of(Reason.MISMATCH, operation)
                    .map(map)
                    .because(ErrorTable.message("RENAME_IS_REFUSED", former.get(0)));
        }
        return isTaken || former.size() != 1 ? null : former.get(0);
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private boolean wasOrIs(Path pin, Path to, String map) {
        PinnedMapText text;
        try {
            text = PinFormat.parse(pin, pin.resolveSibling(pin.getFileName() + PinNames.SCHEMA), pins);
        } catch (BpfException e) {
            return false; // it may be of another object; the warning says why
        }
        String name = nameOf(to);
        List<String> earlier = records.earlierPins(map);
        return text != null
                && records.isOfSameObject(text.schema())
                && (text.pin().equals(name)
                        || earlier.contains(text.pin())
                        || earlier.contains(nameOf(pin))
                        || text.schema().earlierPins(text.map()).contains(name));
    }

    private static Stream<Path> unopened(List<Path> files, Set<Path> own) {
        return PinFormat.described(files)
                .filter(pin -> !own.contains(pin) && !pin.toString().endsWith(PinNames.REQUESTS));
    }

    private static List<Path> list(Path directory, Function<Path, List<Path>> listing) {
        try {
            return listing.apply(directory);
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    "pins in " + directory, "can't see which maps of other versions are in " + directory, e);
            return List.of();
        }
    }

    private void warn(Path pin, List<Path> files) {
        try {
            PinnedMapText text = PinFormat.parse(pin, pin.resolveSibling(pin.getFileName() + PinNames.SCHEMA), pins);
            if (text != null && records.isOfSameObject(text.schema()) && isOfLoad(text)) {
                WarningLog.RUNTIME.warn("unopened pin " + pin, message(pin, text, files));
            }
        } catch (BpfException e) {
            if (e.reason() != Reason.NOT_PERMITTED) { // otherwise it is another user's
                WarningLog.RUNTIME.warn(
                        "unopened pin " + pin, "can't see whether another version has pinned " + pin, e);
            }
        }
    }

    /** Whether a load has pinned the map where its records say, and no call which a service makes itself has named another path. */
    private static boolean isOfLoad(PinnedMapText text) {
        String declared = text.schema().pin(text.map());
        return text.pin().equals(declared.substring(declared.lastIndexOf('/') + 1));
    }

    private String message(Path pin, PinnedMapText text, List<Path> files) {
        Path user = PinNames.setOf(pin).resolve(pin.getFileName());
        return ErrorTable.message(
                "UNOPENED_PIN", records.origin(), text.map(), pin, content(pin, files), user.getFileName(), user);
    }

    private String content(Path pin, List<Path> files) {
        try (RawMap map = pins.open(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return "no pin any more";
            }
            if (!map.shape().kind().isMapOfMaps()) {
                MapKind kind = map.shape().kind();
                return kind.isHash() || kind == MapKind.LPM_TRIE
                        ? CountText.of(BatchScan.countEntries(map), "entry")
                        : "the content of a " + kind;
            }
            PinPaths paths = PinPaths.of(pin, PinOptions.defaults(), MapAccess.READ_ONLY, pins);
            long waiting = Stream.concat(Stream.of(paths.draining()), paths.drainingGroups(pins).stream())
                    .filter(files::contains)
                    .flatMap(directory -> pins.list(directory).stream())
                    .filter(file -> !file.endsWith(PinNames.GROUP_SCHEMA))
                    .count();
            return CountText.of(BatchScan.innerIds(map).size(), "inner map") + ", and "
                    + CountText.of(waiting, "displaced map") + " that " + (waiting == 1 ? "waits" : "wait");
        }
    }
}
