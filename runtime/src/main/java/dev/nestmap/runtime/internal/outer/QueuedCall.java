/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The update or delete of one entry of an outer map, which waits in a {@link CallQueue}. The thread that creates it waits for the result in
 * {@link #await}.
 */
final class QueuedCall {
    private final SlotKey slot;
    private final @Nullable RawMap inner;
    private final long condition;
    private final Thread creator = Thread.currentThread();
    private final AtomicBoolean finished = new AtomicBoolean();
    private int result;
    private @Nullable Throwable failure;
    /** Written after the result and the failure, so that {@link #await} sees them. */
    private volatile boolean resultVisible;

    private QueuedCall(SlotKey slot, @Nullable RawMap inner, long condition) {
        this.slot = slot;
        this.inner = inner;
        this.condition = condition;
    }

    /**
     * Creates an update.
     *
     * @param condition {@link RawMap#NOEXIST} requires an empty slot, {@link RawMap#EXIST} requires an inner map in it
     */
    static QueuedCall update(SlotKey slot, RawMap inner, long condition) {
        return new QueuedCall(slot, inner, condition);
    }

    /** Creates a delete. */
    static QueuedCall delete(SlotKey slot) {
        return new QueuedCall(slot, null, RawMap.ANY);
    }

    SlotKey slot() {
        return slot;
    }

    /** The inner map to put into the slot; null for a delete. */
    @Nullable
    RawMap inner() {
        return inner;
    }

    long condition() {
        return condition;
    }

    /** Sets the kernel's result, 0 or a negative errno. Does nothing if the result or a failure is already set. */
    void complete(int errno) {
        finish(errno, null);
    }

    /** Records why the system call could not be made. Does nothing if the result or a failure is already set. */
    void fail(Throwable cause) {
        finish(-1, cause);
    }

    private void finish(int errno, @Nullable Throwable cause) {
        if (finished.compareAndSet(false, true)) {
            result = errno;
            failure = cause;
            resultVisible = true;
            LockSupport.unpark(creator);
        }
    }

    /**
     * Waits for the result. An interrupt does not end the wait, because the kernel can't cancel the call and the caller must
     * know its result. The thread's interrupt status is restored afterwards.
     */
    void await() {
        boolean interrupted = false;
        while (!resultVisible) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            creator.interrupt();
        }
    }

    /** The kernel's result: 0 or a negative errno; -1 if the system call could not be made. */
    int result() {
        return result;
    }

    /** Why the system call could not be made; null if it was made. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
