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
import dev.nestmap.runtime.internal.errno.ErrorTable;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One call that changes slots of an outer map, with a {@link SlotChange} for each slot. The steps are, in this order:
 *
 * <ol>
 *   <li><b>supply</b>: gets the inner maps that go into the slots, and lets the caller fill new maps.
 *   <li><b>admit</b>: with the turn at the slots ({@link SlotChangeQueue}), as the next steps. Rejects an exact call if sleepable programs use the map,
 *       any call if another process owns the slots of a pinned outer map, and one that displaces maps if too many wait. Before the first change, and
 *       after a failure, compares the pins with the slots.
 *   <li><b>find</b>: finds the inner maps that come out of the slots, and rejects an exact call if other software has put one of them into a second slot.
 *   <li><b>supply empty</b>: for a rotation that has got no maps before, gets empty maps with the shapes of the maps that it found.
 *   <li><b>prepare</b>: creates the pins that the changes need, once the steps before have ended for all runs of the batch, and lets the {@link
 *       KnownInnerMaps} know the maps that go in.
 *   <li><b>publish</b>: the queue sends the changes of all runs of the batch to the kernel, and waits for the grace period.
 *   <li><b>settle</b>: lets the displaced maps belong to the {@link DisplacedMaps}, and then moves or removes the pins.
 *   <li><b>hand out</b>: after the turn, on the caller's thread, which may have to wait for calls through the old handles: closes the maps that have no
 *       owner any more, and opens the displaced ones as a drain would.
 * </ol>
 *
 * <p>If a step before <b>publish</b> fails, no slot has changed. Whatever fails later, the displaced maps that the caller does not get wait for the next
 * drain. At the end, {@link #close} reports the system calls to listeners.
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
    private final Thread caller = Thread.currentThread();

    /** Whether to reject the call if programs may still write to a displaced map. Only a rotation or a take is exact. */
    private final boolean isExact;

    /** Ends the use of the pins. */
    private Pins.Lock usedPins = Pins.Lock.NONE;

    /** Whether this run has begun to create pins. */
    private boolean mayHavePins;

    /** Whether the caller has created the empty maps of a rotation before the turn. */
    private boolean isEmptySupplied;

    /** What has ended the steps before <b>publish</b>. */
    private @Nullable Throwable thrown;

    /** Whether the steps with the turn have ended. Written last, so that the caller sees their results. */
    private volatile boolean isOver;

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
        boolean isUnchecked = !exact || nest.exactness().obstacle() != null || nest.isUsedBySleepableProgram();
        this.changes = slots.stream()
                .map(slot -> new SlotChange(slot, kind.condition, isUnchecked))
                .toList();
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
                change.setIncoming(new SlottedInnerMap(source.get()));
                if (!fill.test(change.slot(), change.requireIncoming())) {
                    change.reject(0);
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
                change.setIncoming(new SlottedInnerMap(source.apply(change)));
                fill.accept(change.requireIncoming());
            }
        }
    }

    /** Supplies filled maps with the shapes of those in the slots. The changes of empty slots are rejected. */
    void supplyFilledLikeOld(Consumer<SlottedInnerMap> fill) {
        Map<SlotKey, MapShape> old = new HashMap<>();
        nest.slots.findAll(slots, (slot, inner) -> old.put(slot, inner.map().shape()));
        changes.stream().filter(change -> !old.containsKey(change.slot())).forEach(change -> change.reject(-ENOENT));
        nest.knownMaps.spares().expect(old.size());
        supplyFilled(
                change -> nest.descriptors.createLike(Objects.requireNonNull(old.get(change.slot()), "accepted")),
                fill);
    }

    /**
     * Supplies empty maps for many slots before the turn, so that several callers create theirs at the same time. Not where a look at a slot waits for a
     * grace period, nor for a pinned outer map: its pins take longer.
     */
    void supplyEmptyLikeOld() {
        if (slots.size() > 1 && nest.pins == null && nest.outer.sharesGracePeriods()) {
            isEmptySupplied = true;
            supplyFilledLikeOld(empty -> {});
        }
    }

    /** Forgets an empty map if a map of another size has come into the slot since the caller looked. */
    private void requireSize(SlotChange change, SlottedInnerMap outgoing) {
        SlottedInnerMap incoming = change.incoming();
        if (isEmptySupplied
                && incoming != null
                && incoming.map().shape().maxEntries() != outgoing.map().shape().maxEntries()) {
            change.closeLater(incoming.map(), SlotChange.UNPUBLISHED);
            change.setIncoming(new SlottedInnerMap(
                    nest.descriptors.createLike(outgoing.map().shape())));
        }
    }

    /** Supplies maps that also stay where they are, in the order of the slots. */
    void supplyShared(List<OpenMap> borrowed) {
        if (!nest.innerShape().isReadOnlyToPrograms()) {
            throw BpfException.of(Reason.WRONG_USE, "share of an inner map")
                    .map(nest.name())
                    .because(ErrorTable.message("SHARE_OF_COUNTS"));
        }
        String remedy = "share a map of an outer map whose inner maps have the same definition";
        for (int i = 0; i < borrowed.size(); i++) {
            SlotChange change = changes.get(i);
            MapShape shape = borrowed.get(i).shape();
            nest.descriptors.requireCompatible("share of map " + shape.name(), change.slot(), shape, remedy);
            change.setIncoming(nest.knownMaps.shared(borrowed.get(i)));
        }
    }

    /** Makes the changes. */
    List<SlotChange> make() {
        nest.queue.make(this);
        if (thrown != null) {
            Cleanup.throwUnchecked(thrown);
        }
        try (Undo undo = new Undo(() -> eachUnlessFailed(SlotChange::giveBackDisplaced))) {
            handOut();
            return undo.commit(changes);
        }
    }

    List<SlotKey> slots() {
        return slots;
    }

    Thread caller() {
        return caller;
    }

    /** Whether the steps with the turn have ended. */
    boolean isOver() {
        return isOver;
    }

    /** Ends the steps with the turn, and wakes the caller. */
    void setOver() {
        isOver = true;
        LockSupport.unpark(caller);
    }

    boolean isDelete() {
        return kind == Kind.TAKE || kind == Kind.DISCARD;
    }

    /** Takes the steps before <b>prepare</b>. */
    void begin() {
        guarded(() -> {
            admit();
            find();
            supplyEmpty();
            NestPins pins = nest.pins;
            if (pins != null && !pins.isReadOnly()) {
                pins.compareIfOfOtherMap(nest, changes);
            }
        });
    }

    /**
     * Creates the pins that the changes need, after the steps before for all runs of the batch: a comparison of the pins would remove those of a
     * change that is not made yet.
     */
    void prepare() {
        if (thrown == null) {
            guarded(this::prepareChanges);
        }
    }

    /** Takes steps with the turn. If they fail, the runs of other callers go on. */
    private void guarded(Runnable steps) {
        try {
            steps.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Notes what has ended a step of this run, or of its batch. */
    void failed(Throwable cause) {
        nest.noteFailure(cause);
        thrown = thrown == null ? cause : thrown;
    }

    /** The changes that the kernel gets. */
    List<SlotChange> toSend() {
        return thrown == null ? changes.stream().filter(SlotChange::isAccepted).toList() : List.of();
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
        if (slots.isEmpty() || (kind.outgoing == Outgoing.NONE && nest.slots.isConditionChecked())) {
            return;
        }
        ToIntFunction<SlotKey> ids = nest.slots.idsOf(slots);
        for (SlotChange change : changes) {
            if (!change.isAccepted()) {
                continue; // a map that another thread has put into the slot since a filled rotation looked stays there
            }
            int id = ids.applyAsInt(change.slot());
            if (kind.outgoing == Outgoing.NONE) {
                if (id != 0) {
                    change.reject(-EEXIST);
                }
                continue;
            }
            // A map that is only removed need not be opened.
            SlottedInnerMap outgoing = kind.returnsOutgoing() ? nest.slots.takeOut(change.slot(), id) : null;
            change.setOutgoing(outgoing, id);
            if (outgoing == null && kind.outgoing == Outgoing.REQUIRE) {
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
        List<SlotChange> missing = changes.stream()
                .filter(change -> change.outgoing() != null && change.incoming() == null)
                .toList();
        if (!missing.isEmpty()) {
            nest.knownMaps.spares().expect(missing.size());
        }
        for (SlotChange change : missing) {
            MapShape shape = Objects.requireNonNull(change.outgoing()).map().shape();
            change.setIncoming(new SlottedInnerMap(nest.descriptors.createLike(shape)));
        }
        for (SlotChange change : changes) {
            SlottedInnerMap outgoing = change.outgoing();
            if (outgoing != null) {
                requireSize(change, outgoing);
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
                            + ", so programs continue to write to it. expert().unchecked() changes this slot nevertheless, but what you then"
                            + " read from the map lacks the counts that programs add later");
        }
    }

    private void prepareChanges() {
        noteRefusalsBefore();
        NestPins pins = nest.pins;
        if (pins != null && !pins.isReadOnly()) { // otherwise the kernel rejects the changes
            mayHavePins = true;
            pins.prepare(changes, kind.returnsOutgoing());
        }
        // Before programs can see them: a thread that finds the id in the slot need not open the map.
        for (SlotChange change : changes) {
            SlottedInnerMap incoming = change.incoming();
            if (incoming != null && change.isAccepted()) {
                nest.knownMaps.put(change, incoming);
            }
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

    /** Takes the last steps with the turn, for each change. */
    void settle() {
        followUp(change -> {
            if (change.isMade()) {
                complete(change);
            } else {
                withdraw(change);
            }
        });
        if (nest.pins != null && mayHavePins) {
            followUp(nest.pins::finish);
        }
        doubtPins();
        guarded(() -> usedPins.close());
    }

    /** Registers the map that the caller gets as displaced. Any other one that has left its slot is closed. */
    private void complete(SlotChange change) {
        SlottedInnerMap outgoing = change.outgoing();
        if (outgoing == null) {
            nest.knownMaps.left(change, reason());
        } else {
            DisplacedMap displaced = nest.displaced.add(change, outgoing, reason());
            displaced.setRefusedBefore(outgoing.refusedBefore());
            change.registerAs(displaced);
            nest.knownMaps.remove(outgoing);
        }
    }

    /** Returns both maps of a change that is not made to their owners. */
    private void withdraw(SlotChange change) {
        if (change.isAnswered()) {
            change.setRejection(nest.outer);
        }
        SlottedInnerMap incoming = change.incoming();
        if (incoming != null && change.isAccepted()) {
            nest.knownMaps.withdraw(change, incoming);
        }
        SlottedInnerMap outgoing = change.outgoing();
        if (outgoing != null) {
            nest.knownMaps.stays(change, outgoing);
        }
    }

    /** Takes the steps after the turn, for each change. */
    private void handOut() {
        noteRefusalsAfter();
        followUp(SlotChange::closeMaps);
        followUp(change -> change.handOut(nest.displaced));
        followUp(this::recycleWhenClosed);
        long stale = changes.stream()
                .filter(change -> change.hadMap() || !change.isMade())
                .count();
        if (nest.innerShape().isReadOnlyToPrograms() && stale > 0) {
            closeStale(stale);
        }
        doubtPins();
        reportResult();
    }

    /** Closes shared maps that have left their last slot, or have got none. If this fails, a later change does it. */
    private void closeStale(long stale) {
        try {
            nest.slots.closeStaleAfter(stale, reason());
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(Level.DEBUG, "shared maps of " + nest.name() + " stay open", e);
        }
    }

    /** Takes a step for each change. A failure is recorded in the change, because the caller must get the displaced maps of the others. */
    private void followUp(Consumer<SlotChange> step) {
        for (SlotChange change : changes) {
            try {
                step.accept(change);
            } catch (Throwable e) {
                change.failed(nest.outer, e);
            }
        }
    }

    /** After a failure, this process may have left a pin. */
    private void doubtPins() {
        if (nest.pins != null
                && mayHavePins
                && (thrown != null || changes.stream().anyMatch(change -> change.failure() != null))) {
            nest.pins.mustCompare();
        }
    }

    /** Why handles to the outgoing maps become invalid. */
    private String reason() {
        return "its entry " + String.format(Locale.ROOT, kind.reason, nest.name());
    }

    /**
     * Other operations than an exact rotation or take don't ensure that no program uses the displaced map any more. Another process may have opened the
     * map of a pinned outer map.
     */
    private void recycleWhenClosed(SlotChange change) {
        OpenMap displaced = change.displaced();
        if (displaced != null && isExact && nest.pins == null) {
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

    /** Takes a step for each change, unless the object has failed: then nobody knows which steps have run. */
    private void eachUnlessFailed(Consumer<SlotChange> step) {
        if (!nest.outer.failure().hasFailed()) {
            new Cleanup().each(changes, step).rethrow();
        }
    }

    /** Lets the displaced maps wait that the caller does not get, and closes the maps of a run that was not submitted. */
    @Override
    public void close() {
        new Cleanup()
                .run(() -> eachUnlessFailed(isOver ? change -> {} : this::withdraw))
                .run(() -> eachUnlessFailed(SlotChange::closeMaps))
                .each(changes, SlotChange::letWait)
                .each(changes, SlotChange::report)
                .rethrow();
    }
}
