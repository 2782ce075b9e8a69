/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets many threads use a resource at once, without a lock, until one of them revokes it: after that nobody gets in, and the
 * one that revoked waits for those who are in. Only kernel calls happen inside, never code of users, so the wait is short: at
 * most the grace period of an outer map's update, or a slice of a {@link EventWait}.
 */
final class Lease {
    private static final long REVOKED = Long.MIN_VALUE;
    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = 20_000;

    /** How many are in, and whether it is revoked in the sign bit. */
    private final AtomicLong state = new AtomicLong();

    /** Goes in, unless the lease is revoked. Who got in leaves by {@link #exit}. */
    boolean enter() {
        if (state.getAndIncrement() >= 0) {
            return true;
        }
        state.getAndDecrement();
        return false;
    }

    void exit() {
        state.getAndDecrement();
    }

    /** Lets nobody in any more, and returns when nobody is in. */
    void revoke() {
        state.getAndUpdate(s -> s | REVOKED);
        for (int i = 0; state.get() != REVOKED; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS); // an interrupt makes it spin, which is right as well
            }
        }
    }

    /** Whether nobody gets in any more. */
    boolean isRevoked() {
        return state.get() < 0;
    }

    /** Takes a revocation back. */
    void reinstate() {
        state.getAndUpdate(s -> s & ~REVOKED);
    }
}
