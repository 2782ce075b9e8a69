/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Lets many threads use a resource at the same time, without a lock, until one thread revokes it. That thread waits for calls in progress,
 * and later calls are rejected. A call contains only kernel calls and no user code, so the wait is short: at most the grace period of an
 * update of an outer map. {@link EventWait#wake} ends waits for events.
 */
final class CallGate {
    private static final VarHandle STATE = stateHandle();

    /** Rejects calls: the gate is revoked. */
    private static final long REJECTS = Long.MIN_VALUE;

    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = 20_000;

    private final ObjectFailure failure;

    /** The number of calls under way, with {@link #REJECTS}. */
    private volatile long state;

    /** Whether a call began since {@link #takeUsed}. Written without synchronization: if a write is late, the gate counts as unused. */
    private boolean used;

    /** @param failure rejects calls, too, once the object has failed */
    CallGate(ObjectFailure failure) {
        this.failure = failure;
    }

    /** Begins a call. Returns false if calls are rejected; otherwise the caller ends the call with {@link #exit}. */
    boolean enter() {
        if ((long) STATE.getAndAdd(this, 1L) >= 0 && !failure.hasFailed()) {
            used = true;
            return true;
        }
        exit();
        return false;
    }

    /** Ends a call. */
    void exit() {
        STATE.getAndAdd(this, -1L);
    }

    /** Rejects later calls, and returns when no call is under way. */
    void revoke() {
        reject();
        awaitCalls();
    }

    /** Rejects later calls. */
    void reject() {
        STATE.getAndBitwiseOr(this, REJECTS);
    }

    /** Returns when no call is under way. */
    void awaitCalls() {
        for (int i = 0; state != REJECTS; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                UninterruptibleWait.pause(PAUSE_NANOS);
            }
        }
    }

    /** Whether calls are rejected. */
    boolean isRevoked() {
        return state < 0 || failure.hasFailed();
    }

    /** Returns whether a call began since this method was called last. */
    boolean takeUsed() {
        boolean taken = used;
        used = false;
        return taken;
    }

    /**
     * Returns whether the caller's call is the only one under way. If it is, {@link #takeUsed} returns true only after another call has begun.
     */
    boolean isOnlyCall() {
        used = false;
        if ((long) STATE.getAndAdd(this, 0L) == 1) { // orders the write before the writes of calls that begin later
            return true;
        }
        used = true;
        return false;
    }

    private static VarHandle stateHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(CallGate.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
