/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets many threads use a resource at the same time, without a lock, until one thread revokes it. That thread waits for calls that are
 * under way, and later calls are rejected. A call only contains kernel calls, never users' code, so the wait is short: at most the grace
 * period of an update of an outer map. {@link EventWait#wake} ends waits for events.
 */
final class Lease {
    private static final VarHandle STATE = stateHandle();
    private static final long REVOKED = Long.MIN_VALUE;
    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = 20_000;

    /** The number of calls under way. The sign bit is set if the lease is revoked. */
    private volatile long state;

    /** Begins a call. Returns false if the lease is revoked; otherwise the caller ends the call with {@link #exit}. */
    boolean enter() {
        if ((long) STATE.getAndAdd(this, 1L) >= 0) {
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
        STATE.getAndBitwiseOr(this, REVOKED);
    }

    /** Returns when no call is under way. */
    void awaitCalls() {
        for (int i = 0; state != REVOKED; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS); // returns at once if the thread is interrupted: the loop then spins
            }
        }
    }

    /** Whether the lease is revoked. */
    boolean isRevoked() {
        return state < 0;
    }

    /** Undoes the revocation. */
    void reinstate() {
        STATE.getAndBitwiseAnd(this, ~REVOKED);
    }

    private static VarHandle stateHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Lease.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
