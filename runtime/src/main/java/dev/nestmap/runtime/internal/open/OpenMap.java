/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle to an open map that can be revoked at any time. While it is valid, it passes each operation on to another raw map, {@link #raw}.
 * A revocation waits for calls in progress, and later calls throw. So no thread uses a file descriptor after it is closed, when the kernel
 * may have given its number to another file.
 *
 * <p>The handle to an inner map in a slot can also be suspended: this closes its descriptor, and the next call opens the map again.
 */
public final class OpenMap implements RawMap {
    /** The result of {@link #lookupIfValid} if the handle is revoked. No errno has this value. */
    public static final int REVOKED = Integer.MIN_VALUE;

    final CallGate gate = new CallGate();

    /** The map's shape with its declared name. */
    private final MapShape shape;

    private final RawMap raw;
    private final AtomicInteger references;
    private final LeakedMap leak;

    /** Guarded by this object's monitor, which a thread holds only briefly, never during a system call. */
    private State state = State.VALID;

    private volatile String reason = "";
    private volatile @Nullable FormerSlot origin;
    private volatile boolean isDuplicated;
    private volatile @Nullable Recycler recycler;

    /** The number of entries that the present scan has read in batches. */
    private volatile long scanned;

    private volatile boolean wasFull;

    /** Whether a batch has taken all entries, and no other call was under way. If none has begun since then, the map is empty. */
    private volatile boolean emptied;

    /** The outer map's handle that lent this one, or the object that owns the map. The reference keeps it from becoming garbage. */
    @SuppressWarnings("UnusedVariable") // it only needs to be reachable
    private @Nullable Object owner;

    /** Resumes a suspended handle, and begins a call. Returns false if another thread resumed or revoked it first. */
    private volatile BooleanSupplier resumption = () -> false;

    private enum State {
        VALID,
        /** A {@linkplain #handOver handover} to another owner is under way. */
        HANDING_OVER,
        /** A handover is under way, and the handle was closed meanwhile. If the handover fails, the map is closed. */
        CLOSED_DURING_HANDOVER,
        /** A handover is under way, and the handle was left meanwhile. If the handover fails, the end action gets the map. */
        LEFT_DURING_HANDOVER,
        INVALID
    }

    /**
     * Creates the first handle of this process to a map.
     *
     * @param name the map's declared name; the kernel keeps only its first 15 bytes
     */
    public OpenMap(String name, RawMap raw) {
        this(name, raw, new AtomicInteger());
    }

    /**
     * Creates the first handle of this process to a map of an object.
     *
     * @param references the initial {@link #references}
     */
    public OpenMap(String name, RawMap raw, AtomicInteger references) {
        this.shape = raw.shape().withName(name);
        this.raw = raw;
        this.references = references;
        this.leak = new LeakedMap(name, raw, gate);
    }

    /** Creates another handle to a map, for a raw map that no other valid handle has. */
    OpenMap(OpenMap other, RawMap raw) {
        this(other.shape.name(), raw, other.references());
        isDuplicated = other.isDuplicated;
    }

    /** Returns this handle and watches it: if it becomes garbage before it is closed, its map is closed and a warning is logged. */
    public OpenMap watched() {
        leak.watch(this);
        return this;
    }

    @Override
    public MapShape shape() {
        return shape;
    }

    @Override
    public int id() {
        return raw.id();
    }

    @Override
    public UUID bootId() {
        return raw.bootId();
    }

    private void countScanned(boolean isFirst, int count) {
        long all = (isFirst ? 0 : scanned) + count;
        scanned = all;
        wasFull |= all >= shape.maxEntries() && shape.kind().keyRule() != MapKind.KeyRule.INDEX;
    }

    /** Whether a scan through this handle has read as many entries as the map can have. */
    public boolean wasFull() {
        return wasFull;
    }

    /** The number of entries that the last scan through this handle has read. */
    public long scanned() {
        return scanned;
    }

    /** The slot that this map was taken out of; null if it was not taken out of one. */
    public @Nullable FormerSlot origin() {
        return origin;
    }

    /** The slot that this map was taken out of. */
    public FormerSlot requireOrigin() {
        return Objects.requireNonNull(origin, "the map was taken out of a slot");
    }

    /** Remembers the slot that this map was taken out of, and returns this handle. */
    public OpenMap takenOutOf(FormerSlot slot) {
        origin = slot;
        return this;
    }

    @Override
    public int valueBytes() {
        return raw.valueBytes();
    }

    @Override
    public PossibleCpus possibleCpus() {
        return raw.possibleCpus();
    }

    @Override
    public @Nullable EntryCTypes types() {
        return whileValid(raw::types);
    }

    @Override
    public List<OuterEntryCTypes> outerTypes() {
        return whileValid(raw::outerTypes);
    }

    /** The exception for a call through the revoked handle. */
    public InvalidHandleException invalid() {
        return new InvalidHandleException(shape.name(), reason);
    }

    /**
     * Throws if the handle is revoked. Call it after each read of shared memory, because bytes that are read after the revocation
     * are meaningless.
     */
    public void checkValid() {
        if (gate.isRevoked()) {
            throw invalid();
        }
    }

    /** Begins a call through the handle, which ends with {@link CallGate#exit}. Throws if the handle is revoked. */
    void enter() {
        if (!tryEnter()) {
            throw invalid();
        }
    }

    /**
     * Begins a call through the handle, which ends with {@link CallGate#exit}. Returns false if the handle is revoked. If it is suspended,
     * resumes it first.
     */
    boolean tryEnter() {
        while (!gate.enter()) {
            if (gate.isRevoked()) {
                return false;
            }
            if (resumption.getAsBoolean()) {
                return true;
            }
        }
        return true;
    }

    /** Sets what the first call after {@link #suspendIfIdle} runs. It calls {@link #resume}, or revokes this handle. */
    public void onResume(BooleanSupplier action) {
        resumption = action;
    }

    @Override
    public long entries() {
        return whileValid(raw::entries);
    }

    // Each operation on entries has its own try block instead of a lambda, so that it allocates nothing.

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } finally {
            gate.exit();
        }
    }

    /** Does the same as {@link #lookup}, but returns {@link #REVOKED} instead of throwing if the handle is revoked. */
    public int lookupIfValid(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        if (!tryEnter()) {
            return REVOKED;
        }
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } finally {
            gate.exit();
        }
    }

    @Override
    public boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        enter();
        try {
            return raw.lookupAll(layout, queries, count);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int copyBytes(QueryLayout layout, int maps) {
        return whileValid(() -> raw.copyBytes(layout, maps));
    }

    @Override
    public boolean copyAll(InnerEntryBatch copy) {
        return whileValid(() -> raw.copyAll(copy));
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.update(block, keyAt, valueAt, flags);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookupAndDelete(block, keyAt, valueAt, flags);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        enter();
        try {
            return raw.delete(block, keyAt);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        enter();
        try {
            return raw.nextKey(block, keyAt, nextAt);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int batch(BatchCommand command, Batch batch) {
        enter();
        try {
            boolean takesAll = command == BatchCommand.LOOKUP_AND_DELETE && !batch.started() && gate.isOnlyCall();
            emptied = false;
            boolean isFirst = !batch.started();
            int result = raw.batch(command, batch);
            emptied = takesAll && result == -ENOENT;
            if (origin != null && command != BatchCommand.UPDATE) {
                countScanned(isFirst, batch.count());
            }
            return result;
        } finally {
            gate.exit();
        }
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        return whileValid(() -> raw.update(block, keyAt, inner, flags));
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        return whileValid(() -> raw.updateBatch(keys, inners));
    }

    @Override
    public boolean sharesGracePeriods() {
        return whileValid(() -> raw.sharesGracePeriods());
    }

    @Override
    public boolean reusesReplacedEntries() {
        return whileValid(() -> raw.reusesReplacedEntries());
    }

    @Override
    public StreamOperations stream() {
        return new GatedStream(this);
    }

    @Override
    public SharedArrayValues mmap(boolean writable) {
        return whileValid(() -> raw.mmap(writable));
    }

    @Override
    public OpenMap duplicate() {
        return whileValid(() -> {
            RawMap copy = raw.duplicate();
            isDuplicated = true; // before the call ends, and before a slot of another outer map can hold the map
            return new OpenMap(this, copy);
        });
    }

    /**
     * Whether there was ever another handle of this process to the same map, through which the map may be in other slots, or an iterator that
     * reads it.
     */
    public boolean isDuplicated() {
        return isDuplicated;
    }

    /** Attaches a program to this map: an iterator, or a program for a map of sockets. */
    public Link attach(LoadedProgram program) {
        return whileValid(() -> {
            isDuplicated = true; // the link keeps the map
            return program.attachTo(raw);
        });
    }

    /** Runs an action that writes to the map's shared memory. A thread that revokes the handle waits for it. */
    public void writing(Runnable write) {
        enter();
        try {
            write.run();
        } finally {
            gate.exit();
        }
    }

    /**
     * Runs an action during which the handle stays valid. The action makes kernel calls only, so that a thread that revokes the handle
     * does not wait long.
     */
    public <T> T whileValid(Supplier<T> action) {
        enter();
        try {
            return action.get();
        } finally {
            gate.exit();
        }
    }

    /**
     * Suspends the handle until the next call, if no call is under way, there was never another handle to the map, and it has no open
     * buffers. Then the caller closes the raw map. Something else must keep the map alive.
     */
    public boolean suspendIfIdle() {
        if (!gate.suspendIfIdle()) {
            return false;
        }
        if (isDuplicated || hasBuffers()) { // by a call that ended just before
            if (gate.resume()) {
                gate.exit();
            }
            return false;
        }
        return true;
    }

    /** Whether it is an open array of perf events, whose buffers and events end with the raw map. */
    private boolean hasBuffers() {
        return raw.shape().kind() == MapKind.PERF_EVENT_ARRAY && raw.stream().bufferSize() > 0;
    }

    /**
     * Takes over the descriptor of another raw map of the same map, makes this suspended handle valid, and begins a call. The caller
     * makes sure that no other thread resumes or revokes this handle meanwhile.
     */
    public void resume(RawMap same) {
        raw.reopen(same);
        gate.resume();
    }

    /** Returns whether a call through this handle began since this method was called last. */
    public boolean takeUsed() {
        return gate.takeUsed();
    }

    /** Runs an action during which the handle stays valid, like {@link #whileValid}. Returns false if the handle is revoked. */
    public boolean callIfValid(BooleanSupplier action) {
        if (!tryEnter()) {
            return false;
        }
        try {
            return action.getAsBoolean();
        } finally {
            gate.exit();
        }
    }

    /** The map behind the handle. Only the owner of the handle may use it, because it does not notice a revocation. */
    public RawMap raw() {
        return raw;
    }

    /**
     * The number of references through which programs find the map, as far as this process knows: each slot of an outer map counts
     * as one, and so does the map's own name in an object. All handles to one map share the count.
     */
    public AtomicInteger references() {
        return references;
    }

    /** Uses displaced maps again that were acknowledged or discarded. */
    public interface Recycler {
        /**
         * Takes over a map that this process does not use any more.
         *
         * @param isEmptied whether the last call through the handle has taken all entries, and no other call could add one meanwhile
         * @return false if the map must be closed
         */
        boolean recycle(RawMap map, boolean isEmptied);
    }

    /** Offers the map to a recycler when its ticket was acknowledged or discarded and this process knows of no other use of the map. */
    public void recycleWith(Recycler given) {
        recycler = given;
    }

    /** Sets what happens to the map when this handle ends. Replaces {@link HandleEndAction#CLOSE}. */
    public void endWith(HandleEndAction ending) {
        leak.endWith(ending);
    }

    /** What happens to the map when this handle ends. */
    public HandleEndAction ending() {
        return leak.ending();
    }

    /** The resources to free when this handle has become garbage, unless something else has freed them. */
    public HandleLeakWatch leak() {
        return leak;
    }

    /** Keeps the object or the outer map that owns the map from becoming garbage before this handle. */
    public void keepReachable(Object object) {
        owner = object;
    }

    /** Revokes the handle and leaves the map open for its owner. */
    public void revoke(String why) {
        invalidate(why, State.CLOSED_DURING_HANDOVER);
    }

    /** Revokes the handle and closes the map. Does nothing if the handle was revoked before or its map has a new owner. */
    public void close(String why) {
        closeIfValid(why);
    }

    /** Does the same as {@link #close(String)}, and returns whether the handle was valid before. */
    public boolean closeIfValid(String why) {
        return closeIfValid(why, () -> {});
    }

    /**
     * Does the same as {@link #close(String)}, and returns whether the handle was valid before.
     *
     * @param whenRevoked called if it was valid, before the map is closed or recycled
     */
    public boolean closeIfValid(String why, Runnable whenRevoked) {
        if (!invalidate(why, State.CLOSED_DURING_HANDOVER)) {
            return false;
        }
        whenRevoked.run();
        Recycler offered = isDuplicated || references.get() > 0 ? null : recycler;
        if (offered == null) {
            leak.close();
        } else {
            recycle(offered);
        }
        return true;
    }

    /**
     * Revokes the handle and gives the map to its {@linkplain #endWith end action}, which keeps it. Does nothing if the handle was revoked
     * before or its map has a new owner.
     *
     * @return false, and the handle stays valid, if the end action does not keep the map
     */
    public boolean leave(String why) {
        if (!leak.ending().keepsMap()) {
            return false;
        }
        if (invalidate(why, State.LEFT_DURING_HANDOVER)) {
            leak.leave();
        }
        return true;
    }

    @Override
    public void close() {
        close("it was closed");
    }

    /** Begins the handover to another owner: revokes the handle until {@link #handedOver} or {@link #takeBack}. */
    public void handOver(String why) {
        synchronized (this) {
            if (state != State.VALID) {
                throw invalid();
            }
            state = State.HANDING_OVER;
            reason = why;
        }
        revokeGate();
    }

    /**
     * Returns a handle for the owner to which this one is handed over. It has a file descriptor of its own, which stays open if the handover
     * fails.
     */
    public OpenMap newOwner() {
        return new OpenMap(this, raw.duplicate());
    }

    /**
     * Moves the stream state of the map to the new owner's handle, before {@link #handedOver}. Does nothing if that handle is revoked.
     */
    public void moveStream(OpenMap to) {
        to.callIfValid(() -> {
            to.raw.takeStream(raw);
            return true;
        });
    }

    /** Ends a handover that succeeded, and closes the descriptor of this handle. */
    public void handedOver() {
        endHandover(State.INVALID);
        leak.stopWatching();
        leak.close();
    }

    /** Ends a handover that failed: makes the handle valid again, or closes its map if the handle was closed or left meanwhile. */
    public void takeBack() {
        isDuplicated = true; // if the change failed after the kernel had made it, the map is in a slot
        State before = endHandover(State.VALID);
        if (before != State.HANDING_OVER) {
            leak.stopWatching();
            if (before == State.LEFT_DURING_HANDOVER) {
                leak.leave();
            } else {
                leak.close();
            }
        }
    }

    /** Ends the pin first: then the map is lost with this process, like one that is closed, and is not recovered after it was cleared. */
    private void recycle(Recycler offered) {
        try (Undo undo = new Undo(raw::close)) {
            leak.ending().released();
            if (offered.recycle(raw, emptied && !gate.takeUsed())) {
                undo.commit();
            }
        }
    }

    /**
     * Returns the state before.
     *
     * @param after the state of a handle that was neither closed nor left meanwhile
     */
    private synchronized State endHandover(State after) {
        State before = state;
        state = before == State.HANDING_OVER ? after : State.INVALID;
        if (state == State.VALID) {
            gate.reinstate(); // under the lock: after it, a concurrent close() must not be undone
        }
        return before;
    }

    /** Returns another handle to the same map, for {@link #moveTo}. Until then, nobody uses it. */
    public OpenMap newHandle() {
        return new OpenMap(this, raw);
    }

    /** Revokes this handle, and makes the new handle of {@link #newHandle} the owner of the map. Returns the new handle. */
    public OpenMap moveTo(OpenMap moved, String why) {
        if (!invalidate(why, State.CLOSED_DURING_HANDOVER)) {
            throw invalid();
        }
        moved.isDuplicated = isDuplicated; // a call that has just ended may have duplicated it
        return moved;
    }

    /**
     * Revokes the handle and waits for calls that are under way. Returns whether the handle was valid before: then the caller
     * closes the map or passes it on.
     *
     * @param duringHandover the state of a handle whose handover is under way. The end of the handover decides who closes the map
     */
    private boolean invalidate(String why, State duringHandover) {
        boolean wasValid;
        synchronized (this) {
            wasValid = state == State.VALID;
            if (wasValid) {
                reason = why;
                state = State.INVALID;
            } else if (state == State.HANDING_OVER) {
                state = duringHandover;
            }
        }
        revokeGate();
        if (wasValid) {
            leak.stopWatching();
        }
        return wasValid;
    }

    private void revokeGate() {
        gate.reject();
        EventWait.wake(raw);
        gate.awaitCalls();
    }
}
