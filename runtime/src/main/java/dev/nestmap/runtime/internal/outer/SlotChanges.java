/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one call to an outer map, one for each slot. {@link #close} withdraws changes that were not published, so that
 * their maps return to their owners when a step before the publication fails.
 */
final class SlotChanges implements AutoCloseable {
    private final LeasedMap outer;
    private final OuterEntries entries;
    private final OpenInnerMaps inners;
    private final Publisher publisher;
    private final @Nullable SlotPins pins;
    private final List<SlotChange> changes = new ArrayList<>();

    SlotChanges(
            LeasedMap outer, OuterEntries entries, OpenInnerMaps inners, Publisher publisher, @Nullable SlotPins pins) {
        this.outer = outer;
        this.entries = entries;
        this.inners = inners;
        this.publisher = publisher;
        this.pins = pins;
    }

    /** Adds a change and returns it. */
    SlotChange add(SlotChange change) {
        changes.add(change);
        return change;
    }

    List<SlotChange> list() {
        return changes;
    }

    /**
     * Makes the changes. The caller holds the {@link SlotLocks}.
     *
     * @param handsOut whether the caller gets handles to the displaced maps; otherwise they are closed
     * @param reason why handles to the displaced maps become invalid, with the entry as subject: "was rotated"
     */
    List<SlotChange> publish(boolean handsOut, String reason) {
        SlotPins slotPins = pins;
        if (slotPins != null) {
            slotPins.prepare(outer, changes, handsOut, entries::idOf);
        }
        publisher.publish(
                changes.stream().map(SlotChange::call).filter(Objects::nonNull).toList());
        changes.forEach(change -> change.finish(inners, outer, handsOut, "its entry " + reason));
        if (slotPins != null) {
            changes.forEach(change -> change.runFollowUp(outer, () -> slotPins.finish(change)));
        }
        return changes;
    }

    @Override
    public void close() {
        new Cleanup().each(changes, change -> change.withdraw(inners)).rethrow();
    }
}
