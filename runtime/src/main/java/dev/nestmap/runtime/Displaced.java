/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.nest.DisplacedMap;
import dev.nestmap.runtime.internal.nest.Exactness;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.OperationListener.Acknowledged;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.MapKind;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A ticket for an inner map that has left its slot. The outer map keeps a displaced map until somebody {@linkplain #acknowledge acknowledges} or
 * {@linkplain #discard discards} it. Until then, the counts are kept. If you {@link #close} or forget the ticket, or if an exception is thrown, the
 * map waits, and a later drain or {@link OuterAccessor#waitingTickets} passes it again. A pinned outer map also keeps the map for the next process.
 *
 * <p>Any thread may end a ticket. The handle of {@link #map} ends with the ticket.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 */
public final class Displaced<K, M extends MapAccessor> implements AutoCloseable {
    private final OuterSlotConverter<K, M> converter;
    private final DisplacedMap state;
    private final OpenMap owner;
    private final M map;

    private static final String ACTION_RETURNED =
            "the action of its drain has returned, so the drain has acknowledged the map. Read the map in the action. If another thread reads"
                    + " the map, call keep() in the action, and acknowledge() when the map is stored";

    /** Who ends this ticket. Whether it has ended, says the map. */
    private enum EndedBy {
        CALLER,
        DRAIN,
        /** The drain, whose action has returned. */
        DRAIN_NOW,
        /** The ticket was given back. The map has waited since, so another ticket may have ended it. */
        NOBODY
    }

    private final AtomicReference<EndedBy> endedBy = new AtomicReference<>(EndedBy.CALLER);

    /** Held while a thread ends the ticket: another one finds that it has ended, and not only that its handle is invalid. */
    private final Mutex ending = new Mutex();

    Displaced(OuterSlotConverter<K, M> converter, DisplacedMap state, OpenMap owner, M map) {
        this.converter = converter;
        this.state = state;
        this.owner = owner;
        this.map = map;
    }

    /** A reason why the counts of a displaced map may be inexact. */
    public enum Doubt {
        /** It is an LRU map, which evicts entries to make room for others. */
        EVICTS,

        /**
         * The map was full when it left its slot, or may have been full before this process removed entries. So it may have refused additions of
         * programs. If all programs of the loaded object that use the outer map count refused additions, a full map has this doubt only if an
         * addition was refused. {@link Displaced#refused} then says how many. If programs request inner maps on demand, if the handle was opened
         * without the object, or if another process put the map into its slot, Nestmap can't know whether programs count refused additions, and every
         * full map has this doubt. A {@code QUEUE}, {@code STACK} or {@code RINGBUF} never has it, because their entries can't be counted.
         */
        FULL,

        /**
         * Some inner map has refused additions while this map was in its slot, and Nestmap can't tell whether it was this one. {@link
         * Displaced#refused} says how many this map has refused at most. Either the additions failed for a different reason than a full map, or
         * Nestmap can't know that this map was never full. It can't know that in these cases:
         *
         * <ul>
         *   <li>a program of the object may delete entries of inner maps, or is a tracing program
         *   <li>the map is no {@code HASH} or {@code PERCPU_HASH}, or has {@code NO_PREALLOC}
         *   <li>another process has put the map into its slot or displaced it
         *   <li>the handle was opened without the object
         * </ul>
         */
        REFUSED,

        /**
         * Reads of the map may miss counts, for one of these reasons. The map is an {@link dev.nestmap.annotations.MapType#RHASH}, whose entries the
         * kernel may be moving. Or programs may still write to the map: it came from {@link OuterMapExpert#unchecked}; programs of a previous load
         * may use it by its name; an upgrade accepted other writers; programs that use it may sleep; or somebody removed the pin of the outer map, or
         * replaced the inner map, without Nestmap.
         */
        UNCHECKED,

        /** The map's entries have timers, work queues or task work, whose callbacks may still write to the map. */
        CALLBACKS
    }

    /**
     * The action of a drain.
     *
     * @param <K> type of the outer map's keys
     * @param <M> type of handles to inner maps
     */
    @FunctionalInterface
    public interface Action<K, M extends MapAccessor> {
        /**
         * Stores the counts of a displaced map. When it returns, the drain acknowledges the map, and the handle to the map ends. So read the
         * map here, and not in a task for another thread, unless the action calls {@link Displaced#keep}. If it throws, the map waits, the
         * drain continues with other maps, and throws a {@link dev.nestmap.runtime.error.DrainException} at its end. An {@code Error} and an
         * {@link InterruptedException} end the drain at once. The action may use and change the outer map, but must not drain it.
         *
         * <p>A map that waits comes again with all its entries. {@code forEach} throws if an entry can't be decoded, after it has passed the others. So
         * collect the entries, and add them to totals when {@code forEach} has returned, or add them in one transaction.
         *
         * @param displaced the map; the ticket ends with the action
         * @throws Exception if the counts could not be stored
         */
        void drain(Displaced<K, M> displaced) throws Exception;
    }

    /**
     * Returns the key of the former slot.
     *
     * @return the key
     * @throws BpfException if its bytes are not a valid key of the record; {@link MapIdentity#outerKey} has the bytes
     */
    public K key() {
        return converter.decode(state.slot().bytes());
    }

    /**
     * Lets this ticket outlive the action of a drain: the drain does not acknowledge the map when the action returns. So another thread can
     * read and store the map, and then {@link #acknowledge} it. If the map can't be stored, call {@link #close}: the map waits, and the next
     * drain passes it again. The same happens if the process ends first.
     *
     * <pre>{@code
     * bpf.tenant().drainAll(drained -> {
     *     Displaced<Long, FlowMap> kept = drained.keep();
     *     executor.execute(() -> {
     *         try (kept) { // close gives the map back, unless it was acknowledged
     *             store(kept);
     *             kept.acknowledge();
     *         }
     *     });
     * });
     * }</pre>
     *
     * <p>While a ticket is kept, programs keep counting in the slot. Drains that would put an empty map into the slot leave its key out. If the
     * action throws after this call, the map waits, as it would without this call. Does nothing to a ticket of {@code rotate} or {@code take}.
     *
     * @return this ticket
     * @throws InvalidHandleException if the action of the drain has returned, or the ticket was given back
     */
    public Displaced<K, M> keep() {
        if (endedBy.compareAndSet(EndedBy.DRAIN, EndedBy.CALLER)) {
            state.outlivesAction();
        } else if (endedBy.get() == EndedBy.DRAIN_NOW) {
            throw new InvalidHandleException(owner.shape().name(), ACTION_RETURNED);
        } else if (endedBy.get() == EndedBy.NOBODY) {
            throw owner.invalid();
        }
        return this;
    }

    /** {@return a handle to the map, until this ticket ends} */
    public M map() {
        return map;
    }

    /**
     * Identifies the map among the maps of all machines. If a later drain passes the map again, the identity is the same. Store the identity together with the counts.
     * If you have already stored an identity, don't add its counts again.
     *
     * @return the identity
     * @throws BpfException if nothing names the machine: see {@link MapIdentity#machineId}
     */
    public MapIdentity identity() {
        return converter.nest.identity(owner.requireOrigin());
    }

    /**
     * Returns whether the map has no {@link #doubts}: as far as Nestmap knows, it contains exactly the counts of its time in the slot.
     *
     * @return whether there is no doubt, before the map is read and after
     * @throws BpfException as {@link #doubts}
     */
    public boolean isExact() {
        return doubts().isEmpty();
    }

    /**
     * Returns the reasons why the map may not contain exactly the counts of its time in the slot. If additions were refused, or if programs do not
     * count refused additions, this method has to know whether the map is full. It then counts the entries, unless the whole map has been read
     * before.
     *
     * @return the reasons, the same before the map is read and after, and after the ticket has ended
     * @throws InvalidHandleException if this method has to count the entries, but the ticket has ended
     * @throws BpfException if the kernel can't read the map or the numbers of failures
     */
    public Set<Doubt> doubts() {
        Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
        FormerVersion former = owner.former();
        if (owner.countedShape().kind().isLru()) {
            doubts.add(Doubt.EVICTS);
        }
        Long refused = refused();
        if (refused != null && refused > 0) {
            doubts.add(converter.nest.dependsOnRoom(state) ? Doubt.FULL : Doubt.REFUSED);
        } else if (!converter.nest.isUncountedByAll(state) && isFull()) {
            doubts.add(Doubt.FULL);
        }
        if (state.isUnchecked() || owner.countedShape().kind().isResized()) {
            doubts.add(Doubt.UNCHECKED);
        }
        if (former == null ? converter.nest.exactness().hasCallbacks() : Exactness.hasCallbacks(former.managed())) {
            doubts.add(Doubt.CALLBACKS);
        }
        return Collections.unmodifiableSet(doubts);
    }

    private boolean isFull() {
        FormerVersion former = owner.former();
        if (former != null && former.wasFull() != null) {
            return former.wasFull();
        }
        if (!owner.wasRead()
                && owner.shape().kind().keyRule() != MapKind.KeyRule.INDEX
                && map instanceof ReadableAccessor<?, ?> entries) {
            return entries.count() >= owner.shape().maxEntries();
        }
        return owner.wasFull();
    }

    /** Reads {@link #refused} for the last time, before the ticket ends. */
    private void keepNumbers() {
        try {
            refused(); // keeps it
        } catch (BpfException e) {
            // The number stays unknown: the map must end or wait nevertheless.
        }
    }

    /**
     * Returns how many additions of programs this map has refused at most, mostly because it was full. The number is 0 if Nestmap knows that
     * only other inner maps were full. Otherwise, it is the number of additions that all inner maps of the outer map have refused while this
     * map was in its slot. See {@link Doubt#REFUSED}. {@link OuterAccessor#uncounted} returns the numbers by reason. Call this method before
     * you remove entries from the map.
     *
     * <p>If another process put the map into its slot or displaced it, the number may include earlier refused additions.
     *
     * @return the number of additions; null if programs do not count them ({@code @OuterMap(countsFailedAdditions = false)}, an existing object,
     *     or an object that uses none of the helpers that count)
     * @throws BpfException if the kernel can't read the number, or the entries of a map that may have been full
     */
    public @Nullable Long refused() {
        FormerVersion former = owner.former();
        return former != null && !former.countsRefusals() ? null : converter.nest.refused(state, this::isFull);
    }

    /**
     * Confirms that you have stored the counts, and ends the ticket. Nestmap frees the map, or recycles it in a later rotation. Does nothing if the
     * ticket was acknowledged or discarded before.
     *
     * <p>If the pin of the map can't be removed, logs a warning. Later drains of this process don't pass the map again, but try again to remove its
     * pin. As long as the pin exists, {@link OuterAccessor#waiting} lists the map.
     *
     * @throws InvalidHandleException if the ticket was given back before, because it was closed or the action of its drain has thrown. Also
     *     if the outer map has no pin and was closed
     */
    public void acknowledge() {
        converter.nest.operation(() -> {
            acknowledge("it was acknowledged");
            return true;
        });
    }

    private void acknowledge(String why) {
        keepNumbers();
        Acknowledged report = isEnded() ? null : converter.report(owner);
        if (!end(why)) {
            return;
        }
        if (report != null) {
            OperationListeners.acknowledged(report);
        }
        if (owner.wasFull() && !converter.nest.isUncountedByAll(state)) {
            WarningLog.RUNTIME.warn(
                    "full maps of " + converter.name(),
                    "the inner map of " + converter.name() + " at key " + converter.keyOrBytes(this) + " was read with "
                            + owner.shape().maxEntries()
                            + " entries, so it was full, and programs may have lost inserts: declare a larger maxEntries, or rotate more often");
        }
    }

    /**
     * Ends the ticket and drops the map with its counts. Does nothing if the ticket was acknowledged or discarded before.
     *
     * @throws InvalidHandleException as {@link #acknowledge}
     */
    public void discard() {
        converter.nest.operation(() -> {
            keepNumbers();
            return end("it was discarded");
        });
    }

    /** Returns whether this call has ended the map. */
    private boolean end(String why) {
        BpfException incomplete = null;
        boolean wasValid = true;
        ending.lock();
        try {
            if (isEnded()) {
                return false;
            }
            wasValid = owner.closeIfValid(why);
        } catch (BpfException e) { // the map is not in use any more, whatever its pin says
            incomplete = e;
        } finally {
            ending.unlock();
        }
        if (!wasValid) {
            throw owner.invalid();
        }
        converter.nest.ended(state);
        if (incomplete != null) {
            WarningLog.RUNTIME.warn(
                    "acknowledged maps of " + converter.name(),
                    "a displaced map was acknowledged, but not completely removed",
                    incomplete);
        }
        return true;
    }

    /**
     * Gives the ticket back: the map waits, and a later drain or {@link OuterAccessor#waitingTickets} passes it again. Does nothing in the action of
     * a drain, or if the ticket has ended.
     */
    @Override
    public void close() {
        if (endedBy.get() == EndedBy.CALLER && !isEnded()) {
            converter.nest.operation(() -> {
                giveBack();
                return true;
            });
        }
    }

    void giveBack() {
        giveBack("its ticket was closed");
    }

    private void giveBack(String why) {
        keepNumbers();
        ending.holding(() -> {
            if (!isEnded()) {
                endedBy.set(EndedBy.NOBODY);
                if (!owner.leave(why)) {
                    owner.close("its outer map was closed");
                }
            }
        });
    }

    /** Runs an action of a drain. If it throws, the map waits. */
    void run(Action<? super K, ? super M> action) throws Exception {
        endedBy.set(EndedBy.DRAIN);
        boolean isStored = false;
        try {
            @SuppressWarnings("unchecked") // an action only reads the ticket's types
            Action<K, M> same = (Action<K, M>) action;
            same.drain(this);
            isStored = true;
        } finally {
            if (!isStored) {
                state.failed();
                giveBack("the action of its drain has thrown an exception, so the map waits");
            }
        }
    }

    /** Acknowledges the map after the action of a drain, unless the action keeps the ticket. Returns whether the ticket has ended. */
    boolean actionReturned() {
        if (!endedBy.compareAndSet(EndedBy.DRAIN, EndedBy.DRAIN_NOW)) {
            return isEnded(); // the action keeps the ticket
        }
        owner.warnIfUsed();
        acknowledge(ACTION_RETURNED);
        return true;
    }

    /** Whether the map was acknowledged or discarded. */
    boolean isEnded() {
        return endedBy.get() != EndedBy.NOBODY && state.isSettled();
    }

    OpenMap owner() {
        return owner;
    }

    DisplacedMap state() {
        return state;
    }

    @Override
    public String toString() {
        return "displaced " + map;
    }
}
