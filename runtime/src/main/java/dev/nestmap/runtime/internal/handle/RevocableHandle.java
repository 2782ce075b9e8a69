/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a handle to a map that its owner uses: revokes the handle, closes the map, and hands the map over to another owner.
 * After a revocation, calls that are under way end first and later calls throw. So no thread uses a file descriptor after it is
 * closed. The kernel may have given its number to another file by then.
 *
 * <p>The handle to an inner map in a slot can also be suspended. Then its descriptor is closed, and the next call opens the map again.
 */
abstract class RevocableHandle {
    /** The map's shape with its declared name. */
    final MapShape shape;

    final RawMap raw;
    final Lease lease = new Lease();
    private final AtomicInteger references;

    /** Guards the state. A thread holds it only briefly, never during a system call. */
    private final ReentrantLock ownership = new ReentrantLock();

    private State state = State.VALID;
    private final Leaked leaked;
    private @Nullable HandleCleaner cleaner;

    /** The outer map's handle that lent this one, or the object that owns the map. The reference keeps it from becoming garbage. */
    @SuppressWarnings("UnusedVariable") // it only needs to be reachable
    private @Nullable Object owner;

    private volatile String reason = "";

    /** Resumes a suspended handle, and begins a call. Returns false if another thread resumed or revoked it first. */
    private volatile BooleanSupplier resumption = () -> false;

    private enum State {
        VALID,
        /** A {@link Handover} to another owner is under way. */
        HANDING_OVER,
        /** A handover is under way, and the handle was closed meanwhile. If the handover fails, the map is closed. */
        CLOSED_DURING_HANDOVER,
        /** A handover is under way, and the handle was left meanwhile. If the handover fails, the map is closed, and its pin stays. */
        LEFT_DURING_HANDOVER,
        INVALID
    }

    RevocableHandle(MapShape shape, RawMap raw, AtomicInteger references) {
        this.shape = shape;
        this.raw = raw;
        this.references = references;
        this.leaked = new Leaked(shape.name(), raw, lease);
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

    /** Starts to watch the handle: if it becomes garbage without having been closed, {@link HandleCleaner} closes and reports the map. */
    final void watch() {
        cleaner = HandleCleaner.watch(this, leaked);
    }

    /** Sets what happens to the map when this handle ends. Replaces {@link Ending#CLOSE}. */
    public void endWith(Ending ending) {
        leaked.ending = ending;
    }

    /** The resources to free when this handle has become garbage, unless something else has freed them. */
    public HandleCleaner.Leak leak() {
        return leaked;
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
        if (invalidate(why, State.CLOSED_DURING_HANDOVER)) {
            leaked.ending.closed(raw);
        }
    }

    /**
     * Revokes the handle and closes its descriptor, but keeps the map's pin, so that the map can be recovered. Does nothing if the handle
     * was revoked before or its map has a new owner.
     *
     * @return false, and the handle stays valid, if no pin keeps the map
     */
    public boolean leave(String why) {
        if (!leaked.ending.isPinned()) {
            return false;
        }
        if (invalidate(why, State.LEFT_DURING_HANDOVER)) {
            leaked.leave();
        }
        return true;
    }

    /** Takes the map from this handle, which is revoked. The caller owns the map from now on. */
    final RawMap release(String why) {
        if (!invalidate(why, State.CLOSED_DURING_HANDOVER)) {
            throw invalid();
        }
        return raw;
    }

    /** Begins a {@link Handover}. */
    final void beginHandover(String why) {
        ownership.lock();
        try {
            if (state != State.VALID) {
                throw invalid();
            }
            state = State.HANDING_OVER;
            reason = why;
        } finally {
            ownership.unlock();
        }
        revokeLease();
    }

    /** Ends a handover that succeeded, and closes the descriptor of this handle. */
    final void handedOver() {
        ownership.lock();
        try {
            state = State.INVALID;
        } finally {
            ownership.unlock();
        }
        stopWatching();
        raw.close();
        leaked.ending.released();
    }

    /** Ends a handover that failed: makes the handle valid again, or closes its map if the handle was closed or left meanwhile. */
    final void takeBack() {
        State before = endFailedHandover();
        if (before != State.HANDING_OVER) {
            stopWatching();
            if (before == State.LEFT_DURING_HANDOVER) {
                leaked.leave();
            } else {
                leaked.ending.closed(raw);
            }
        }
    }

    /** Returns the state before. If it is HANDING_OVER, the handle is valid again. */
    private State endFailedHandover() {
        ownership.lock();
        try {
            State before = state;
            boolean isKept = before == State.HANDING_OVER;
            state = isKept ? State.VALID : State.INVALID;
            if (isKept) {
                lease.reinstate(); // under the lock: after it, a concurrent close() must not be undone
            }
            return before;
        } finally {
            ownership.unlock();
        }
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
        if (lease.isRevoked()) {
            throw invalid();
        }
    }

    /** Begins a call through the handle, which ends with {@link Lease#exit}. Throws if the handle is revoked. */
    final void enter() {
        if (!tryEnter()) {
            throw invalid();
        }
    }

    /**
     * Begins a call through the handle, which ends with {@link Lease#exit}. Returns false if the handle is revoked. If it is suspended,
     * resumes it first.
     */
    final boolean tryEnter() {
        while (!lease.enter()) {
            if (lease.isRevoked()) {
                return false;
            }
            if (resumption.getAsBoolean()) {
                return true;
            }
        }
        return true;
    }

    /** Sets what the first call after {@link LeasedMap#suspendIfIdle} runs. It calls {@link LeasedMap#resume}, or revokes this handle. */
    public void onResume(BooleanSupplier action) {
        resumption = action;
    }

    /**
     * Revokes the handle and waits for calls that are under way. Returns whether the handle was valid before: then the caller
     * closes the map or passes it on.
     *
     * @param duringHandover the state of a handle whose handover is under way. The end of the handover decides who closes the map
     */
    private boolean invalidate(String why, State duringHandover) {
        boolean wasValid;
        ownership.lock();
        try {
            wasValid = state == State.VALID;
            if (state == State.HANDING_OVER) {
                state = duringHandover;
            }
            if (wasValid) {
                reason = why;
                state = State.INVALID;
            }
        } finally {
            ownership.unlock();
        }
        revokeLease();
        if (wasValid) {
            stopWatching();
        }
        return wasValid;
    }

    private void revokeLease() {
        lease.reject();
        EventWait.wake(raw);
        lease.awaitCalls();
    }

    private void stopWatching() {
        HandleCleaner watching = cleaner;
        if (watching != null) {
            watching.stopWatching();
        }
    }

    /** Closes the map of a handle that was left or became garbage. Does not refer to the handle, which would never become garbage. */
    private static final class Leaked implements HandleCleaner.Leak {
        private final String name;
        private final RawMap raw;
        private final Lease lease;
        private volatile Ending ending = Ending.CLOSE;

        Leaked(String name, RawMap raw, Lease lease) {
            this.name = name;
            this.raw = raw;
            this.lease = lease;
        }

        void leave() {
            raw.close();
            ending.abandoned();
        }

        @Override
        public String subject() {
            return "handles of map " + name;
        }

        @Override
        public String free() {
            // The handle can become garbage while its last call is still under way.
            lease.revoke();
            int id = raw.id();
            leave();
            return "map " + name + " (id " + id + ") was closed because its handle became garbage" + ending.note()
                    + ": close owned handles with try-with-resources, or hand them over with put";
        }
    }
}
