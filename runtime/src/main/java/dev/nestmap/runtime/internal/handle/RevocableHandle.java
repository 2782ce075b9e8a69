/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of a handle to a map: revokes the handle, closes the map, and hands the map over to another owner. After a
 * revocation, calls that are under way end first and later calls throw. So nobody uses a file descriptor after it is closed, when the
 * kernel may give its number to another file.
 */
abstract class RevocableHandle {
    /** The map's shape with its declared name. */
    final MapShape shape;

    final RawMap raw;
    final Lease lease = new Lease();
    private final AtomicInteger places;

    /** Guards the state. A thread holds it only for moments, never during a system call. */
    private final ReentrantLock ownership = new ReentrantLock();

    private State state = State.VALID;
    private @Nullable HandleCleaner cleaner;

    /** The outer map that a borrowed handle came from. The reference keeps that map's handle from becoming garbage. */
    @SuppressWarnings("UnusedVariable") // it only needs to be reachable
    private @Nullable RevocableHandle owner;

    private volatile String reason = "";
    private volatile Runnable whenGone = () -> {};

    private enum State {
        VALID,
        /** A {@link Handover} to another owner is under way. */
        MOVING,
        /** A handover is under way, and the handle was closed meanwhile. If the handover fails, the map is closed. */
        MOVING_AND_CLOSED,
        GONE
    }

    RevocableHandle(MapShape shape, RawMap raw, AtomicInteger places) {
        this.shape = shape;
        this.raw = raw;
        this.places = places;
    }

    /** The map behind the handle. Only the owner of the handle may use it, because it does not notice a revocation. */
    public RawMap raw() {
        return raw;
    }

    /**
     * The number of places in this process where programs find the map: slots of outer maps, and its own name in an object. All
     * handles to one map share the count.
     */
    public AtomicInteger places() {
        return places;
    }

    /** Starts to watch the handle: if it becomes garbage unclosed, {@link HandleCleaner} closes and reports the map. */
    final void watch() {
        cleaner = HandleCleaner.watch(this);
    }

    /** Adds an action that frees more resources if a watched handle becomes garbage. It must not refer to the handle. */
    public void whenForgotten(Runnable freeing) {
        if (cleaner != null) {
            cleaner.also(freeing);
        }
    }

    /** Marks this handle as borrowed from an outer map, whose handle then stays reachable as long as this one. */
    public void lentBy(RevocableHandle outer, ForgottenResources forgotten) {
        owner = outer;
        forgotten.add(raw.id(), raw, lease);
    }

    /** Sets the action that runs when the map is closed or has a new owner. */
    public void whenGone(Runnable action) {
        whenGone = action;
    }

    /** Revokes the handle and leaves the map open for its owner. */
    public void revoke(String why) {
        leave(why);
    }

    /** Revokes the handle and closes the map. Does nothing if the handle was revoked before or its map has a new owner. */
    public void close(String why) {
        if (leave(why)) {
            raw.close();
            whenGone.run();
        }
    }

    /** Takes the map from this handle, which is revoked. The caller owns the map from now on. */
    final RawMap release(String why) {
        if (!leave(why)) {
            throw invalid();
        }
        return raw;
    }

    /** Revokes the handle until the handover to another owner ends. */
    public Handover handOver(String why) {
        ownership.lock();
        try {
            if (state != State.VALID) {
                throw invalid();
            }
            state = State.MOVING;
            reason = why;
        } finally {
            ownership.unlock();
        }
        lease.revoke();
        return new Handover(this);
    }

    /** Ends a handover that succeeded. */
    final void handedOver() {
        ownership.lock();
        try {
            state = State.GONE;
        } finally {
            ownership.unlock();
        }
        stopWatching();
        whenGone.run();
    }

    /** Ends a handover that failed: the handle is valid again, or its map is closed if the handle was closed meanwhile. */
    final void takeBack() {
        if (!isValidAgain()) {
            stopWatching();
            raw.close();
            whenGone.run();
        }
    }

    private boolean isValidAgain() {
        ownership.lock();
        try {
            boolean closed = state == State.MOVING_AND_CLOSED;
            state = closed ? State.GONE : State.VALID;
            if (!closed) {
                lease.reinstate(); // under the lock: after it, a concurrent close() must not be undone
            }
            return !closed;
        } finally {
            ownership.unlock();
        }
    }

    /** The exception for a call through the revoked handle. */
    public InvalidHandleException invalid() {
        return new InvalidHandleException(shape.name(), reason);
    }

    /** Throws if the handle is revoked. Call it after a read of shared memory: what was read after a revocation is meaningless. */
    public void checkValid() {
        if (lease.isRevoked()) {
            throw invalid();
        }
    }

    /** Begins a call through the handle, which ends with {@link Lease#exit}. Throws if the handle is revoked. */
    final void enter() {
        if (!lease.enter()) {
            throw invalid();
        }
    }

    /** Revokes the handle. Returns whether the caller now owns the map. No thread is in a call of the handle afterwards. */
    private boolean leave(String why) {
        boolean mine;
        ownership.lock();
        try {
            mine = state == State.VALID;
            if (state == State.MOVING || state == State.MOVING_AND_CLOSED) {
                state = State.MOVING_AND_CLOSED;
                return false;
            }
            if (mine) {
                reason = why;
                state = State.GONE;
            }
        } finally {
            ownership.unlock();
        }
        lease.revoke();
        if (mine) {
            stopWatching();
        }
        return mine;
    }

    private void stopWatching() {
        HandleCleaner watching = cleaner;
        if (watching != null) {
            watching.settled();
        }
    }
}
