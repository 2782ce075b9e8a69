/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EPERM;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * One call that changes slots of an outer map, with a {@link SlotChange} for each slot. The steps are, in this order:
 *
 * <ol>
 *   <li><b>supply</b>: gets the inner maps that go into the slots, and lets the caller fill new maps. Holds no lock. Not for rotations to empty
 *       maps.
 *   <li><b>lock</b>: locks the keys against other threads.
 *   <li><b>admit</b>: rejects an exact call if sleepable programs use the map, or if another process owns the slots of a pinned outer map.
 *   <li><b>find</b>: finds the inner maps that come out of the slots, and rejects an exact call if other software has put one of them into a second slot.
 *   <li><b>supply empty</b>: for a rotation to empty maps, gets maps with the shapes of the maps that it found.
 *   <li><b>prepare</b>: creates the pins that the changes need.
 *   <li><b>register</b>: registers the maps that the caller will get. From the kernel's change on, they wait, and from the end of this run on,
 *       anybody may open them.
 *   <li><b>publish</b>: lets the thread of {@link SlotChangeBatcher} send the changes to the kernel, and waits for the grace period.
 *   <li><b>settle</b>: gives the new map of each slot to its owner, moves or removes the pins, and opens the displaced map as a drain would.
 * </ol>
 *
 * <p>If a step before <b>publish</b> fails, no slot has changed, and {@link #end} returns the maps to their owners: under the locks, or without
 * locks if <b>supply</b> fails. Whatever fails later, the displaced maps that the caller does not get wait for the next drain. At the end,
 * {@link #close} reports the system calls to listeners, without a lock.
 *
 * <p>The process may be killed at each system call. For a pinned outer map, the table of {@link NestPins} shows
 * the pins after each step, and what the next process does.
 */
final class SlotChangeRun implements AutoCloseable {
    private final Nest nest;
    private final Kind kind;
    private final RunningOperation observation;
    private final List<SlotKey> slots;
    private final List<SlotChange> changes;

    /** Whether to reject the call if programs may still write to a displaced map. Only a rotation or a take is exact. */
    private final boolean isExact;

    /** Ends the use of the pins. */
    private Pins.Lock usedPins = Pins.Lock.NONE;

    /** Whether this run has begun to create pins. */
    private boolean arePinsPrepared;

    /** Whether this run has ended, so that others may open the displaced maps that the caller did not get. */
    private final AtomicBoolean isOver = new AtomicBoolean();

    /** Whether the caller gets the changes, and with them the displaced maps. */
    private boolean isReturned;

    /** What happens to the inner map that is in a slot. */
    private enum Outgoing {
        /** The change requires an empty slot. */
        NONE,
        /** The map is closed, if this process has it open. The slot may be empty. */
        CLOSE,
        /** The caller gets the map. The change of an empty slot is rejected. */
        REQUIRE
    }

    /** The operations on slots. */
    enum Kind {
        CREATE(Operation.Kind.CREATE, RawMap.NOEXIST, Outgoing.NONE, ""),
        REPLACE(Operation.Kind.REPLACE, RawMap.ANY, Outgoing.CLOSE, "was replaced in %s"),
        SHARE(Operation.Kind.SHARE, RawMap.ANY, Outgoing.CLOSE, "was replaced by a share to %s"),
        ROTATE(Operation.Kind.ROTATE, RawMap.EXIST, Outgoing.REQUIRE, "was rotated"),
        TAKE(Operation.Kind.TAKE, RawMap.ANY, Outgoing.REQUIRE, "was taken out of %s"),
        DISCARD(Operation.Kind.DISCARD, RawMap.ANY, Outgoing.CLOSE, "was discarded from %s");

        private final Operation.Kind observed;
        private final long condition;
        private final Outgoing outgoing;
        private final String reason;

        /**
         * @param condition {@link RawMap#ANY}, {@link RawMap#NOEXIST} or {@link RawMap#EXIST}
         * @param reason why handles to the displaced maps become invalid, with the entry as subject
         */
        Kind(Operation.Kind observed, long condition, Outgoing outgoing, String reason) {
            this.observed = observed;
            this.condition = condition;
            this.outgoing = outgoing;
            this.reason = reason;
        }

        Operation.Kind observed() {
            return observed;
        }

        /** Names the operation in messages. */
        String noun() {
            return this == ROTATE ? "rotation" : name().toLowerCase(Locale.ROOT);
        }

        boolean returnsOutgoing() {
            return outgoing == Outgoing.REQUIRE;
        }
    }

    /** @param exact whether to reject the call if programs may still write to a displaced map */
    SlotChangeRun(Nest nest, Kind kind, List<SlotKey> slots, boolean exact, RunningOperation observation) {
        this.nest = nest;
        this.kind = kind;
        this.isExact = exact;
        this.observation = observation;
        this.slots = slots;
        this.changes =
                slots.stream().map(slot -> new SlotChange(slot, kind.condition)).toList();
    }

    /**
     * Supplies new maps for empty slots. The changes of other slots are rejected.
     *
     * @param fill fills a new map; false withdraws the change
     */
    void supplyNew(Supplier<OpenMap> source, BiPredicate<SlotKey, SlottedInnerMap> fill) {
        ToIntFunction<SlotKey> ids = nest.slots.idsOf(slots);
        for (SlotChange change : changes) {
            if (ids.applyAsInt(change.slot()) != 0) {
                change.reject(-EEXIST);
            } else {
                change.putIn(nest.knownMaps.add(source.get()));
                if (!fill.test(change.slot(), change.requireIncoming())) {
                    change.withdraw(nest.knownMaps);
                }
            }
        }
    }

    /**
     * Supplies new maps, filled before programs can see them.
     *
     * @param source creates a map for a slot
     */
    void supplyFilled(Function<SlotChange, OpenMap> source, Consumer<SlottedInnerMap> fill) {
        for (SlotChange change : changes) {
            if (change.isAccepted()) {
                change.putIn(nest.knownMaps.add(source.apply(change)));
                fill.accept(change.requireIncoming());
            }
        }
    }

    /** Supplies filled maps with the shapes of those in the slots. The changes of empty slots are rejected. */
    void supplyFilledLikeOld(Consumer<SlottedInnerMap> fill) {
        Map<SlotKey, MapShape> old = new HashMap<>();
        // A look holds the map as a change does, and a change of the same slot would be refused.
        nest.slots.locks.holding(slots, () -> {
            nest.slots.findAll(slots, (slot, inner) -> old.put(slot, inner.map().shape()));
            return old;
        });
        changes.stream().filter(change -> !old.containsKey(change.slot())).forEach(change -> change.reject(-ENOENT));
        supplyFilled(
                change -> nest.descriptors.createLike(Objects.requireNonNull(old.get(change.slot()), "accepted")),
                fill);
    }

    /** Supplies maps that also stay where they are, in the order of the slots. */
    void supplyShared(List<OpenMap> borrowed) {
        if (!nest.innerShape().isReadOnlyToPrograms()) {
            throw BpfException.of(Reason.WRONG_USE, "share of an inner map")
                    .map(nest.name())
                    .because(
                            "programs can write to its inner maps, and what they count in a map of two slots could not be drained exactly."
                                    + " Only inner maps with the flag RDONLY_PROG are shared, such as settings; create a map for each key otherwise")
                    .build();
        }
        String remedy = "share a map of an outer map whose inner maps have the same definition";
        for (int i = 0; i < borrowed.size(); i++) {
            SlotChange change = changes.get(i);
            MapShape shape = borrowed.get(i).shape();
            nest.descriptors.requireCompatible("share of map " + shape.name(), change.slot(), shape, remedy);
            change.putIn(nest.knownMaps.addShared(borrowed.get(i)));
        }
    }

    /** Makes the changes. */
    List<SlotChange> make() {
        List<SlotChange> made = nest.slots.locks.holding(slots, () -> {
            // Before the next thread begins changes of the same maps and pins.
            try (Undo ending = new Undo(this::end)) {
                nest.operation(this::takeSteps);
                return ending.commit(changes);
            } finally {
                usedPins.close();
            }
        });
        isReturned = true;
        return made;
    }

    private boolean takeSteps() {
        admit();
        find();
        supplyEmpty();
        prepare();
        registerDisplaced();
        publish();
        noteRefusalsAfter();
        settle();
        return true;
    }

    private void admit() {
        if (slots.isEmpty()) {
            return;
        }
        SlotKey first = slots.get(0);
        if (isExact) {
            nest.exactness().require(kind, first);
        }
        NestPins pins = nest.pins;
        if (pins != null && pins.isReadOnly()) {
            if (kind.returnsOutgoing()) {
                throw MapOperation.UPDATE.failed(nest.outer.shape(), first.key(), EPERM);
            }
        } else if (pins != null) {
            usedPins = pins.use(nest, kind.noun(), first);
        }
        if (kind.returnsOutgoing()) {
            nest.displaced.requireRoom(kind.noun(), first);
        }
    }

    private void find() {
        if (kind.outgoing == Outgoing.NONE || slots.isEmpty()) {
            return;
        }
        ToIntFunction<SlotKey> ids = nest.slots.idsOf(slots);
        for (SlotChange change : changes) {
            if (!change.isAccepted()) {
                continue; // a map that another thread has put into the slot since a filled rotation looked stays there
            }
            int id = ids.applyAsInt(change.slot());
            SlottedInnerMap outgoing = kind.returnsOutgoing()
                    ? nest.slots.beginTakeOut(change.slot(), id)
                    : nest.slots.beginTakeOutIfOpen(id); // a map that is only removed need not be opened
            change.takeOut(outgoing, id != 0);
            if (outgoing == null && kind.outgoing == Outgoing.REQUIRE) {
                change.withdraw(nest.knownMaps); // a filled map
                change.reject(-ENOENT);
            } else if (outgoing != null && isExact && !nest.innerShape().isReadOnlyToPrograms()) {
                requireOnlySlot(change, outgoing);
            }
        }
    }

    private void supplyEmpty() {
        if (kind != Kind.ROTATE) {
            return;
        }
        SpareInnerMaps spares = nest.knownMaps.spares();
        spares.expect((int)
                changes.stream().filter(change -> change.outgoing() != null).count());
        for (SlotChange change : changes) {
            SlottedInnerMap outgoing = change.outgoing();
            if (outgoing != null) {
                if (change.incoming() == null) {
                    change.putIn(nest.knownMaps.add(
                            nest.descriptors.createLike(outgoing.map().shape())));
                }
                openBuffers(outgoing.map().raw(), change.requireIncoming());
            }
        }
    }

    /** If this process reads events of the old map, it also reads those of the new one, so no event of a program is lost. */
    private static void openBuffers(RawMap old, SlottedInnerMap incoming) {
        int size = old.stream().bufferSize();
        if (size > 0) {
            incoming.map().stream().openBuffers(size);
        }
    }

    /** Rejects the operation if programs find a map that it displaces elsewhere, too. Shared maps have no counts of programs. */
    private void requireOnlySlot(SlotChange change, SlottedInnerMap outgoing) {
        String others = nest.slots.otherPlaces(outgoing.id());
        if (others != null) {
            throw BpfException.of(Reason.LOSES_COUNTS, kind.noun())
                    .map(nest.name())
                    .key(change.slot().key())
                    .because("inner map " + Integer.toUnsignedString(outgoing.id()) + " is " + others
                            + ", so programs continue to write to it. expert().unchecked() changes this slot alone; counts that they add"
                            + " after you have read the map are missing from what you have read")
                    .build();
        }
    }

    private void prepare() {
        noteRefusalsBefore();
        for (SlotChange change : changes) {
            change.setUnchecked(isUnchecked());
        }
        if (nest.pins != null && !nest.pins.isReadOnly()) { // otherwise the kernel rejects the changes
            arePinsPrepared = true;
            nest.pins.prepare(nest, changes, kind.returnsOutgoing());
        }
    }

    /** Notes the number of refusals so far for the maps that come into a slot: later ones may be theirs. */
    private void noteRefusalsBefore() {
        Refusals refusals = nest.refusals();
        if (refusals == null) {
            return;
        }
        RefusedAdditions refused = refusals.refused();
        for (SlotChange change : changes) {
            SlottedInnerMap incoming = change.incoming();
            if (incoming != null && incoming.refusedBefore() == null) {
                incoming.setRefusedBefore(refused);
            }
        }
    }

    /**
     * Notes the number of refusals after all programs that may have found the displaced maps have ended. If this fails, the first reader of the
     * number does it, later and with more refusals.
     */
    private void noteRefusalsAfter() {
        Refusals refusals = nest.refusals();
        if (refusals == null || !kind.returnsOutgoing() || slots.isEmpty()) {
            return;
        }
        try {
            RefusedAdditions refused = refusals.refused();
            for (SlotChange change : changes) {
                DisplacedMap displaced = change.displacedMap();
                if (displaced != null) {
                    refusals.settle(displaced, refused);
                }
            }
        } catch (BpfException e) {
            // The displaced maps must reach their owners.
        }
    }

    /** Registers the outgoing maps that the caller gets, before the kernel makes the changes. */
    private void registerDisplaced() {
        for (SlotChange change : changes) {
            SlottedInnerMap outgoing = change.outgoing();
            if (kind.returnsOutgoing() && outgoing != null && change.leaves() && change.isAccepted()) {
                DisplacedMap displaced = nest.displaced.add(
                        change.origin(nest.name(), outgoing.id()),
                        change.slot(),
                        change.drainingPin(),
                        new DisplacedMap.Displacement(
                                outgoing,
                                () -> nest.knownMaps.moveToCaller(outgoing, reason()),
                                change.answer(),
                                isOver));
                displaced.setRefusedBefore(outgoing.refusedBefore());
                change.registerAs(displaced);
            }
        }
    }

    /** Whether programs may write to a displaced map after this call, or another process may read it too. */
    private boolean isUnchecked() {
        return !isExact || nest.exactness().obstacle() != null || nest.isUsedBySleepableProgram();
    }

    /** Sends the changes to the kernel, and waits for their results. */
    private void publish() {
        List<SlotChange> sent = changes.stream().filter(SlotChange::markSent).toList();
        batcher().add(sent);
        sent.forEach(change -> change.answer().await(nest.outer));
    }

    private SlotChangeBatcher batcher() {
        return kind == Kind.TAKE || kind == Kind.DISCARD ? nest.slots.deletes : nest.slots.updates;
    }

    /**
     * Takes each step for each change. A failure is recorded in the change, because the caller must get the displaced maps of the other
     * changes.
     */
    private void settle() {
        followUp(this::finish);
        followUp(this::settlePins);
        followUp(change -> change.handOut(nest.displaced));
        followUp(this::recycleWhenClosed);
        long left = changes.stream().filter(change -> change.outgoing() != null).count();
        if (nest.innerShape().isReadOnlyToPrograms() && left > 0) {
            closeStale(left);
        }
        doubtPins();
        reportResult();
    }

    /** Closes shared maps that have left their last slot. If this fails, a later change does it. */
    private void closeStale(long left) {
        try {
            nest.slots.closeStaleAfter(left, reason());
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(Level.DEBUG, "shared maps of " + nest.name() + " stay open", e);
        }
    }

    private void followUp(Consumer<SlotChange> step) {
        changes.forEach(change -> change.runFollowUp(nest.outer, () -> step.accept(change)));
    }

    private void doubtPins() {
        if (changes.stream().anyMatch(change -> change.failure() != null)) {
            pinsAreInDoubt();
        }
    }

    /** After a failure, this process may have left a pin: before the next change of the same map begins. */
    private void pinsAreInDoubt() {
        if (nest.pins != null && arePinsPrepared) {
            nest.pins.mustCompare();
        }
    }

    private void finish(SlotChange change) {
        change.finish(nest.knownMaps, nest.outer, reason());
    }

    /** Why handles to the outgoing maps become invalid. */
    private String reason() {
        return "its entry " + String.format(Locale.ROOT, kind.reason, nest.name());
    }

    private void settlePins(SlotChange change) {
        NestPins pins = nest.pins;
        // Without an answer, the change was not sent, or the kernel may still make it.
        if (pins != null && arePinsPrepared && change.answer().isAnswered() && change.beginPinSettlement()) {
            pins.finish(change);
        }
    }

    /** Other operations than an exact rotation or take don't ensure that no program uses the displaced map any more. */
    private void recycleWhenClosed(SlotChange change) {
        OpenMap displaced = change.displaced();
        if (displaced != null && isExact) {
            displaced.recycleWith(nest.knownMaps.spares()::recycle);
        }
    }

    private void reportResult() {
        if (observation.isObserved()) {
            long failed =
                    changes.stream().filter(change -> change.failure() != null).count();
            long changed = changes.stream()
                    .filter(change -> change.isAccepted() && change.result() == 0 && change.failure() == null)
                    .count();
            observation.result(changed, failed);
        }
    }

    @Override
    public void close() {
        try {
            if (!isReturned) {
                end();
            }
        } finally {
            isOver.set(true);
            changes.forEach(SlotChange::report);
        }
    }

    /** Ends the changes that have not ended, and makes the displaced maps wait. Does nothing if it is called again. */
    private void end() {
        pinsAreInDoubt();
        new Cleanup()
                .each(changes, this::end)
                .each(changes, this::settlePins)
                .each(changes, SlotChange::giveBackDisplaced)
                .rethrow();
    }

    private void end(SlotChange change) {
        if (change.answer().isAnswered()) {
            finish(change);
        } else if (!nest.outer.failure().hasFailed()) { // otherwise, the kernel may still make the change
            NestPins pins = nest.pins;
            new Cleanup()
                    .run(() -> change.withdraw(nest.knownMaps))
                    .run(() -> {
                        if (pins != null) {
                            pins.withdraw(change);
                        }
                    })
                    .rethrow();
        }
    }
}
