/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.handle.Ending;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.observe.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one call to an outer map, one for each slot. {@link #close} withdraws changes that were not published, so that
 * their maps return to their owners when a step before the publication fails.
 */
final class SlotChanges implements AutoCloseable {
    private final OpenMap outer;
    private final InnerMaps entries;
    private final Holdings holdings;
    private final Publisher publisher;
    private final @Nullable SlotPins pins;
    private final Observation observation;
    private final List<SlotChange> changes = new ArrayList<>();
    private long lockStart;

    SlotChanges(
            OpenMap outer,
            InnerMaps entries,
            Holdings holdings,
            Publisher publisher,
            @Nullable SlotPins pins,
            Observation observation) {
        this.outer = outer;
        this.entries = entries;
        this.holdings = holdings;
        this.publisher = publisher;
        this.pins = pins;
        this.observation = observation;
    }

    /** Adds a change and returns it. */
    SlotChange add(SlotChange change) {
        changes.add(change);
        return change;
    }

    List<SlotChange> list() {
        return changes;
    }

    /** Called before the {@link SlotLocks} are locked. */
    void beforeLocks() {
        lockStart = observation.now();
    }

    /** Called when the {@link SlotLocks} are locked. */
    void locked() {
        observation.lockWait(lockStart);
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
        List<SlotChange> displacing = handsOut
                ? changes.stream()
                        .filter(change -> change.outgoing() != null && change.drainingPin() == null)
                        .toList()
                : List.of();
        holdings.undrained().addAndGet(displacing.size());
        long start = observation.now();
        publisher.publish(
                changes.stream().map(SlotChange::call).filter(Objects::nonNull).toList());
        observation.publishWait(start);
        changes.forEach(change -> change.finish(holdings, outer, handsOut, "its entry " + reason));
        if (slotPins != null) {
            changes.forEach(change -> change.runFollowUp(outer, () -> slotPins.finish(change)));
        }
        displacing.forEach(this::countUntilDrained);
        reportResult();
        return changes;
    }

    private void countUntilDrained(SlotChange change) {
        AtomicInteger undrained = holdings.undrained();
        OpenMap displaced = change.displaced();
        if (displaced == null) {
            undrained.decrementAndGet();
        } else {
            displaced.endWith(new CountDown(undrained));
        }
    }

    /** Counts the end of a displaced map. A record, because an inner class would refer to the changes and so to the handle. */
    private record CountDown(AtomicInteger undrained) implements Ending {
        @Override
        public void released() {
            undrained.decrementAndGet();
        }
    }

    private void reportResult() {
        if (observation.isObserved()) {
            long failed =
                    changes.stream().filter(change -> change.failure() != null).count();
            long changed = changes.stream()
                    .filter(change -> change.isSent() && change.result() == 0 && change.failure() == null)
                    .count();
            observation.result(changed, failed);
        }
    }

    @Override
    public void close() {
        new Cleanup().each(changes, change -> change.withdraw(holdings)).rethrow();
    }
}
