/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The group of the maps that an outer map holds which is about to be replaced, in the other generation: see {@link
 * dev.nestmap.schema.PinNames#isGroup}. Each map keeps its version, and gets a second name, while programs may still write to it. When they have ended,
 * the group gets another name ({@link Upgrade#settle}), and drains read the maps.
 */
final class RetiredMaps {
    /** The key in the name of a map that is in no slot. */
    private static final String WHOLE = "0";

    private final Generation generation;
    private final Pins pins;
    private final PinPaths paths;
    private final Path group;
    private boolean hasBegun;

    /** Where the maps are pinned when the generation is in use. */
    private final List<Path> files = new ArrayList<>();

    /** @param replaced the id of the map that is replaced */
    RetiredMaps(Generation generation, ClaimedPin claimed, int replaced) {
        this.generation = generation;
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.group = paths.coming().retired(replaced);
    }

    /** Begins the group, as the first map does, even if the outer map holds none of its own: programs may use those of other outer maps through it. */
    RetiredMaps begin() {
        if (!hasBegun) {
            generation.beginGroup(
                    group, paths.schema(), paths.forWriters()); // who may only read inner maps does not need it
            hasBegun = true;
        }
        return this;
    }

    /** Adds an inner map in a slot, unless it has a name already. */
    void add(FormerInner inner) {
        RawMap map = inner.map();
        if (!generation.needsName(map.id())) {
            return;
        }
        begin();
        String key = String.valueOf(inner.slot().key());
        Path name = named(PinPaths.draining(group, key, map.id(), false));
        if (inner.isPinned()) {
            pins.setTime(paths.inner(key), FormerSlot.now());
            pins.link(paths.inner(key), name, paths.options());
        } else {
            pins.pin(map, name, paths.forWriters(), FormerSlot.now());
        }
    }

    /** Adds the replaced map itself, which is no outer map. */
    void addItself(RawMap map) {
        if (generation.needsName(map.id())) {
            begin();
            pins.link(paths.outer(), named(PinPaths.draining(group, WHOLE, map.id(), false)), paths.options());
        }
    }

    /** Adds a map that waits beside the outer map. */
    void add(Path waiting) {
        if (generation.needsName(PinPaths.idOf(waiting))) {
            begin();
            pins.link(waiting, named(group.resolve(waiting.getFileName())), paths.options());
        }
    }

    private Path named(Path pin) {
        files.add(inUse().resolve(pin.getFileName()));
        return pin;
    }

    private Path inUse() {
        return paths.retired(PinPaths.idOf(group));
    }

    /** The group in the generation, when it is in use, with its maps; empty if it was not begun. */
    Map<Path, List<Path>> group() {
        return hasBegun ? Map.of(inUse(), files) : Map.of();
    }
}
