/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import java.nio.file.Path;

/**
 * The group of the maps that an outer map holds which is about to be replaced, in the other generation: see {@link
 * dev.nestmap.schema.PinNames#isGroup}. Each map keeps its version, and gets a second name, while programs may still write to it. When they have ended,
 * the group gets another name ({@link Upgrade#settle}), and drains read the maps.
 */
record RetiredMaps(Generation generation, Pins pins, PinPaths paths, Path group) {
    /**
     * Begins the group, also if the outer map holds no map of its own: programs may use those of other outer maps through it.
     *
     * @param outer the id of the outer map
     */
    static RetiredMaps begin(Generation generation, ClaimedPin claimed, int outer) {
        PinPaths paths = claimed.paths();
        Path group = paths.coming().retired(outer);
        generation.beginGroup(
                group, paths.schema(), paths.forWriters()); // who may only read inner maps does not need it
        return new RetiredMaps(generation, claimed.pins(), paths, group);
    }

    /**
     * Adds an inner map in a slot, unless it has a name already. It has no pin if inner maps are not pinned.
     *
     * @param isUnchecked whether programs may write to it when it is drained
     */
    void add(SlotKey slot, RawMap map, boolean isUnchecked) {
        if (!generation.needsName(map.id())) {
            return;
        }
        String key = String.valueOf(slot.key());
        Path name = PinPaths.draining(group, key, map.id(), isUnchecked);
        if (pins.exists(paths.inner(key))) { // it agrees with the slot by now
            pins.setTime(paths.inner(key), FormerSlot.now());
            generation.link(paths.inner(key), name);
        } else {
            pins.pin(map, name, paths.forWriters(), FormerSlot.now());
        }
    }

    /** Adds a map that waits beside the outer map. */
    void add(Path waiting) {
        if (generation.needsName(PinPaths.idOf(waiting))) {
            generation.link(waiting, group.resolve(waiting.getFileName()));
        }
    }
}
