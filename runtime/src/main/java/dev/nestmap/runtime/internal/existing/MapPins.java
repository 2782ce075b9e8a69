/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.CountMap;
import dev.nestmap.runtime.internal.nest.UncountedTable;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pin of a map with its text, and the pins that belong to it if it is an outer map: the two maps in which programs record keys that they miss.
 */
public final class MapPins {
    private final ExistingMapFinder maps;
    private final MapDef map;
    private final PinPaths paths;
    private final Pins pins;

    /** Makes no system calls. */
    public MapPins(ExistingMapFinder maps, MapDef map, PinPaths paths) {
        this.maps = maps;
        this.map = map;
        this.paths = paths;
        this.pins = maps.pins();
    }

    /**
     * Pins a new map in the next generation of its set, in which nothing is pinned in its place, and before it the text that says what it is.
     *
     * @param to where it is pinned
     */
    public void pin(RawMap raw, PinPaths to) {
        if (hasText()) {
            requireNoForeignText();
        }
        pinInPlace(raw, to);
    }

    /** Whether its pin has a text. In maps without, programs count for Nestmap. */
    private boolean hasText() {
        return map.role() == MapRole.OUTER || map.role() == MapRole.PLAIN;
    }

    /** Does the same in place of a map whose text the caller has read. */
    public void pinInPlace(RawMap raw, PinPaths to) {
        if (hasText()) {
            pins.write(to.schema(), maps.textOf(map, raw, paths).print(), to.options());
        }
        pins.pin(raw, to.outer(), to.options());
    }

    /**
     * Throws if something else is pinned where a removed map would have left its text, because the next generation has none of it; or if inner maps of
     * that map are left, and the records would read them in another way.
     */
    private void requireNoForeignText() {
        String left;
        try {
            left = pins.read(paths.schema());
        } catch (BpfException e) {
            if (e.reason() == Reason.FULL) { // of this process or machine, which says nothing about the file
                throw e;
            }
            throw BpfException.of(Reason.ALREADY_EXISTS, "pinning of a map at " + paths.outer())
                    .cause(e)
                    .because("Nestmap needs the path " + paths.schema()
                            + " for the text of the map, but something else is pinned there, which Nestmap did not create ("
                            + e.getMessage() + "); pin one of the two elsewhere");
        }
        if (left != null
                && Stream.of(paths.inners(), paths.draining())
                        .anyMatch(directory -> !pins.list(directory).isEmpty())) {
            requireSame(left);
        }
    }

    private void requireSame(String left) {
        String difference;
        try {
            difference = String.join(
                    "; ",
                    new ExistingMapCheck(maps.schema(), maps.samples())
                            .ofText(map, PinnedMapText.parse(left))
                            .differences());
        } catch (SchemaFormatException e) {
            difference = String.valueOf(e.getMessage());
        }
        if (!difference.isEmpty()) {
            throw BpfException.of(Reason.MISMATCH, "pinning of map " + map.name() + " at " + paths.outer())
                    .because(ErrorTable.message(
                            "INNERS_OF_OTHER_VERSION", paths.inners(), paths.draining(), paths.schema(), difference));
        }
    }

    /**
     * Opens the pinned map in which programs count what they could not count in inner maps. Returns null if they do not count it, the map is not
     * pinned beside this map, or the handle is read-only.
     */
    @Nullable
    UncountedTable openUncounted(Undo undo) {
        OpenMap counts = openWritable(UncountedMap.in(maps.schema(), map), paths.uncounted(), undo);
        return counts == null ? null : new UncountedTable(counts);
    }

    /** @param undo closes the map */
    private @Nullable OpenMap openWritable(Optional<MapDef> counts, Path pin, Undo undo) {
        OpenMap opened = paths.access() == MapAccess.READ_ONLY ? null : openBeside(counts, pin);
        if (opened != null) {
            undo.add(() -> opened.close("its outer map could not be opened"));
        }
        return opened;
    }

    private @Nullable OpenMap openBeside(Optional<MapDef> counts, Path pin) {
        MapDef definition = counts.orElse(null);
        RawMap found = definition == null ? null : find(definition, PinPaths.find(pin, pins), paths.access());
        return definition == null || found == null ? null : new OpenMap(definition.name(), found);
    }

    /** Reads how many events of a stream programs have lost; null if this is not known. */
    @Nullable
    Long lostEvents() {
        try (OpenMap counts = openBeside(LostEventMap.in(maps.schema(), map), paths.lostEvents())) {
            return counts == null ? null : (Long) CountMap.ofStream(counts);
        }
    }

    /** Opens the map at another pin. Returns null if nothing is pinned there. */
    private @Nullable RawMap find(MapDef definition, Path path, MapAccess access) {
        ExistingMapFinder.Found found = maps.find(definition, at(path, access));
        return found == null ? null : found.map();
    }

    /**
     * Opens the plain map at another pin, or creates it and pins it in the next generation.
     *
     * @param undo closes the map
     */
    RawMap findOrPin(MapDef definition, Path path, Generation next, Undo undo) {
        RawMap pinned = find(definition, path, MapAccess.READ_WRITE);
        RawMap found = pinned != null ? pinned : maps.factory().create(MapShape.of(definition), null);
        undo.add(found::close);
        if (pinned == null) {
            PinPaths coming = at(path, MapAccess.READ_WRITE).coming();
            pins.pin(found, coming.outer(), coming.options());
            next.add(path, List.of(""));
        }
        return found;
    }

    private PinPaths at(Path path, MapAccess access) {
        return new PinPaths(path, paths.options(), access);
    }
}
