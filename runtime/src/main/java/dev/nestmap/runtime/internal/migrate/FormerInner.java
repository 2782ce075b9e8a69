/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.SlotComparison;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inner map of an outer map that an upgrade replaces.
 *
 * @param slot one of its slots, for which it is pinned if it is pinned at all
 */
record FormerInner(RawMap map, SlotKey slot, boolean isPinned) implements AutoCloseable {
    /** Opens an inner map, and compares the pins of all its slots. The caller closes it. */
    static FormerInner open(int id, List<SlotKey> slots, SlotComparison compared, MapFactory factory) {
        FormerInner found = null;
        try (Undo undo = new Undo()) {
            for (SlotKey slot : slots) {
                RawMap pinned = compared.open(slot, id);
                if (pinned != null && found != null) {
                    pinned.close();
                } else if (pinned != null) {
                    found = new FormerInner(pinned, slot, true);
                    undo.add(pinned::close);
                }
            }
            return undo.commit(found == null ? open(id, slots.get(0), factory.open(id)) : found);
        }
    }

    private static FormerInner open(int id, SlotKey slot, @Nullable RawMap opened) {
        if (opened == null) {
            throw BpfException.of(Reason.BUSY, "upgrade of an inner map")
                    .because(
                            "inner map " + Integer.toUnsignedString(id) + " at " + slot
                                    + " was replaced during the upgrade; end the processes that change the outer map, then load the object again");
        }
        return new FormerInner(opened, slot, false);
    }

    @Override
    public void close() {
        map.close();
    }
}
