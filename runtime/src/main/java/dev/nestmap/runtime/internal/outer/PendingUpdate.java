/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A change of one entry of an outer map that its maker waits for. */
final class PendingUpdate {
    private final SlotKey slot;
    private final @Nullable RawMap inner;
    private final long condition;
    private final Thread maker = Thread.currentThread();
    private final AtomicBoolean settled = new AtomicBoolean();
    private int result;
    private @Nullable Throwable failure;
    private volatile boolean complete;

    private PendingUpdate(SlotKey slot, @Nullable RawMap inner, long condition) {
        this.slot = slot;
        this.inner = inner;
        this.condition = condition;
    }

    /** Puts an inner map there, on the condition that nothing ({@link RawMap#NOEXIST}) or something ({@link RawMap#EXIST}) is. */
    static PendingUpdate update(SlotKey slot, RawMap inner, long condition) {
        return new PendingUpdate(slot, inner, condition);
    }

    static PendingUpdate delete(SlotKey slot) {
        return new PendingUpdate(slot, null, RawMap.ANY);
    }

    SlotKey slot() {
        return slot;
    }

    /** What is put there; null when the entry is deleted. */
    @Nullable
    RawMap inner() {
        return inner;
    }

    long condition() {
        return condition;
    }

    /** Said once it is done, or refused with a negative errno. The first thing that is said of it counts. */
    void complete(int errno) {
        settle(errno, null);
    }

    /** Said when the kernel could not be asked. */
    void fail(Throwable why) {
        settle(-1, why);
    }

    private void settle(int errno, @Nullable Throwable why) {
        if (settled.compareAndSet(false, true)) {
            result = errno;
            failure = why;
            complete = true;
            LockSupport.unpark(maker);
        }
    }

    /**
     * Waits, also when the thread is interrupted: what the kernel does can't be called off, and its outcome must be known.
     * The interrupt is there again afterwards.
     */
    void await() {
        boolean interrupted = false;
        while (!complete) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            maker.interrupt();
        }
    }

    /** What the kernel said: 0 or a negative errno. */
    int result() {
        return result;
    }

    /** Why the kernel could not even be asked. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
