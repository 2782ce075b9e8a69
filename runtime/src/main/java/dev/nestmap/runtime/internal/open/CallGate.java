/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Lets many threads use a resource at the same time, without a lock, until one thread revokes it. That thread waits for calls in progress,
 * and later calls are rejected. A call contains only kernel calls and no user code, so the wait is short: at most the grace period of an
 * update of an outer map. {@link EventWait#wake} ends waits for events.
 *
 * <p>While no call is in progress, a gate can also be suspended, which releases the resource. The next call acquires it again and resumes
 * the gate.
 */
final class CallGate {
    private static final VarHandle STATE = stateHandle();

    /** Rejects calls: the gate is revoked or suspended. */
    private static final long REJECTS = Long.MIN_VALUE;

    /** Distinguishes a suspended gate from a revoked one. */
    private static final long SUSPENDED = 1L << 62;

    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = 20_000;

    /** The number of calls under way, with {@link #REJECTS} and {@link #SUSPENDED}. */
    private volatile long state;

    /** Whether a call began since {@link #takeUsed}. Written without synchronization: if a write is late, the gate counts as unused. */
    private boolean used;

    /** Begins a call. Returns false if the gate is revoked or suspended; otherwise the caller ends the call with {@link #exit}. */
    boolean enter() {
        if ((long) STATE.getAndAdd(this, 1L) >= 0) {
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
        long current;
        do {
            current = state;
        } while (!STATE.compareAndSet(this, current, (current | REJECTS) & ~SUSPENDED));
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

    /** Whether the gate is revoked, and not only suspended. */
    boolean isRevoked() {
        long current = state;
        return current < 0 && (current & SUSPENDED) == 0; // a negative state has REJECTS
    }

    /** Suspends the gate if it is valid and no call is under way. */
    boolean suspendIfIdle() {
        return STATE.compareAndSet(this, 0L, REJECTS | SUSPENDED);
    }

    /** Makes a suspended gate valid, and begins a call. Returns false if the gate is not suspended. */
    boolean resume() {
        long current;
        do {
            current = state;
            if ((current & SUSPENDED) == 0) {
                return false;
            }
        } while (!STATE.compareAndSet(this, current, (current & ~(REJECTS | SUSPENDED)) + 1));
        used = true;
        return true;
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

    /** Undoes the revocation. */
    void reinstate() {
        STATE.getAndBitwiseAnd(this, ~REJECTS);
    }

    private static VarHandle stateHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(CallGate.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
