/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names the pinned maps of other versions of an object that this version does not open: nobody drains them, and no program of this version counts in them.
 * A set belongs to the versions of an object by its name; the Java type may have been renamed.
 */
record UnopenedPins(Schema records, Pins pins) {
    /** Warns of each such map in the sets of these pins. Throws nothing, because the load has succeeded. */
    void warn(Collection<PinPaths> opened) {
        Set<Path> own = opened.stream().map(PinPaths::outer).collect(Collectors.toSet());
        own.stream()
                .filter(pin -> pin.equals(PinNames.inNow(pin)))
                .map(Path::getParent)
                .distinct()
                .forEach(now -> {
                    List<Path> files = list(now);
                    files.stream()
                            .filter(file -> file.toString().endsWith(PinNames.SCHEMA))
                            .map(UnopenedPins::pinOf)
                            .filter(pin -> !own.contains(pin) && !pin.toString().endsWith(PinNames.REQUESTS))
                            .forEach(pin -> warn(pin, files));
                });
    }

    private static Path pinOf(Path text) {
        String name = String.valueOf(text.getFileName());
        return text.resolveSibling(name.substring(0, name.length() - PinNames.SCHEMA.length()));
    }

    private List<Path> list(Path directory) {
        try {
            return pins.list(directory);
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    "pins in " + directory, "can't see which maps of other versions are in " + directory, e);
            return List.of();
        }
    }

    private void warn(Path pin, List<Path> files) {
        try {
            PinnedMapText text = PinFormat.parse(pin, pin.resolveSibling(pin.getFileName() + PinNames.SCHEMA), pins);
            if (text != null && text.schema().header().equals(records.header())) {
                WarningLog.RUNTIME.warn("unopened pin " + pin, message(pin, text, files));
            }
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn("unopened pin " + pin, "can't see whether another version has pinned " + pin, e);
        }
    }

    private String message(Path pin, PinnedMapText text, List<Path> files) {
        Path user = PinNames.setOf(pin).resolve(pin.getFileName());
        return "another version of " + records.origin() + " has pinned its map " + text.map() + " at " + pin
                + ", and this version has no map with this pin, so nobody uses or drains it: it has "
                + content(pin, files)
                + ". If a map of this version has its counts, give it the pin \"" + text.pin()
                + "\" again. Otherwise save what is in it and remove the pin: stop the service, and call nestmap end "
                + user
                + " --output FILE";
    }

    private String content(Path pin, List<Path> files) {
        try (RawMap map = pins.open(pin, MapAccess.READ_ONLY)) {
            if (map == null) {
                return "no pin any more";
            }
            if (!map.shape().kind().isMapOfMaps()) {
                MapKind kind = map.shape().kind();
                return kind.isHash() || kind == MapKind.LPM_TRIE
                        ? "entries: " + entries(map)
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

    private static long entries(RawMap map) {
        long entries = 0;
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            entries += scan.batch().count();
        }
        return entries;
    }
}
