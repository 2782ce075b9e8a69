/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.PinLockWait;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one process at a time pin an outer map, change its slots with the pins of its inner maps, or migrate it. It locks the directory of
 * migrations. The kernel releases the lock when the process ends.
 *
 * <p>Threads of the process hold the lock together, so that their changes still share a grace period. They exclude each other by {@link
 * dev.nestmap.runtime.internal.outer.KeyLocks}. A thread acquires the locks of its keys before this one.
 */
public final class ChangeLock {
    /** After this time, further threads wait until the present holders have released the lock, so that another process can get it. */
    private static final long TURN_NANOS = 50_000_000;

    private final Pins pins;
    private final PinPaths paths;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition turnEnded = lock.newCondition();
    private int holders;
    private long turnStart;
    private Pins.@Nullable Lock directoryLock;

    /** Creates the lock, and does not acquire it. */
    public ChangeLock(Pins pins, PinPaths paths) {
        this.pins = pins;
        this.paths = paths;
    }

    /**
     * Runs an action while no other process changes or migrates the map.
     *
     * @throws BpfException if another process holds the lock for half a minute; then the action did not run
     */
    public <T> T holding(Supplier<T> action) {
        join();
        try {
            return action.get();
        } finally {
            leave();
        }
    }

    /** Does the same with an action that has no result. */
    public void holding(Runnable action) {
        join();
        try {
            action.run();
        } finally {
            leave();
        }
    }

    /** Does the same, but without the lock if this process gives the directory to another user and may not open it itself. */
    void holdingIfAllowed(Runnable action) {
        boolean isHeld = joinIfAllowed();
        try {
            action.run();
        } finally {
            if (isHeld) {
                leave();
            }
        }
    }

    private boolean joinIfAllowed() {
        try {
            join();
            return true;
        } catch (BpfException e) {
            if (e.errno() == Errno.EACCES && paths.options().owner() != null) {
                return false;
            }
            throw e;
        }
    }

    private void join() {
        long start = System.nanoTime(); // the threads of this process wait at the same time, not one after the other
        lock.lock();
        try {
            while (directoryLock != null && System.nanoTime() - turnStart > TURN_NANOS) {
                turnEnded.awaitUninterruptibly();
            }
            if (directoryLock == null) {
                directoryLock = acquire(start);
                turnStart = System.nanoTime();
            }
            holders++;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            holders--;
            if (holders == 0 && directoryLock != null) {
                directoryLock.close();
                directoryLock = null;
                turnEnded.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Pins.Lock acquire(long start) {
        Pins.Lock acquired = PinLockWait.acquire(start, this::tryAcquire);
        if (acquired == null) {
            throw new BpfException(
                    "change of the pin " + paths.outer(),
                    "another process, or another object of this process, has been pinning, changing or migrating the map for "
                            + PinLockWait.PATIENCE_SECONDS + " s: it holds the lock of " + paths.migration()
                            + ". Try again when it has ended");
        }
        return acquired;
    }

    private Pins.@Nullable Lock tryAcquire() {
        return pins.lock(paths.migration(), PinPermissions.forWriters(paths.options()));
    }
}
