/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rejects an exact rotation or take if a program could still write to the displaced inner map, or a count could get lost. */
final class ExactnessCheck {
    static final String OTHER_OWNER =
            "another process, or another object of this process, owns the slots of the pinned outer map until it is closed"
                    + " and every map that it took out is closed";

    private final RawMap outer;
    private final List<String> sleepablePrograms;
    private final InnerMaps entries;
    private final @Nullable SlotPins pins;

    /** @param sleepablePrograms names of the sleepable programs that use the outer map */
    ExactnessCheck(RawMap outer, List<String> sleepablePrograms, InnerMaps entries, @Nullable SlotPins pins) {
        this.outer = outer;
        this.sleepablePrograms = List.copyOf(sleepablePrograms);
        this.entries = entries;
        this.pins = pins;
    }

    /** Rejects the operation if sleepable programs use the map: the kernel's grace period does not cover them. */
    void requireNoSleepablePrograms(String operation, SlotKey slot) {
        if (!sleepablePrograms.isEmpty()) {
            throw rejected(
                    operation,
                    slot,
                    "sleepable programs use the map, and an update does not wait for them: "
                            + String.join(", ", sleepablePrograms)
                            + ". They may still write to the displaced inner map. Pass Exactness.BEST_EFFORT to go ahead;"
                            + " counts that they add after you have read the map are lost");
        }
    }

    /** Makes this object the owner of the slots of a pinned map. Rejects the operation if another object is the owner. */
    void requireOwnership(String operation, SlotKey slot) {
        if (pins != null && !pins.acquireOwnership(outer)) {
            throw rejected(
                    operation,
                    slot,
                    OTHER_OWNER + ". Both could displace the same inner map: do this in the owner, or pass"
                            + " Exactness.BEST_EFFORT, with which counts may be lost");
        }
    }

    /** Rejects the operation if a map that it displaces is in more than one slot. */
    void requireSingleSlots(String operation, List<SlotChange> changes) {
        Map<Integer, Integer> slots = entries.slotsOf(changes.stream()
                .map(SlotChange::outgoing)
                .filter(Objects::nonNull)
                .map(InnerMap::id)
                .toList());
        for (SlotChange change : changes) {
            InnerMap outgoing = change.outgoing();
            int slotCount = outgoing == null
                    ? 0
                    : Math.max(
                            slots.getOrDefault(outgoing.id(), 0),
                            outgoing.map().references().get());
            if (slotCount > 1) {
                throw rejected(
                        operation,
                        change.slot(),
                        "the inner map is in " + slotCount
                                + " slots, so programs continue to write to it through the others."
                                + " Pass Exactness.BEST_EFFORT to change this slot alone; counts that they add after you"
                                + " have read the map are missing from what you have read");
            }
        }
    }

    private BpfException rejected(String operation, SlotKey slot, String explanation) {
        return BpfException.of(operation)
                .map(outer.shape().name())
                .key(slot.key())
                .because(explanation)
                .build();
    }
}
