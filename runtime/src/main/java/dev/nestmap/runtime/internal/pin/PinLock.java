/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.OwnerLock;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.PinLockWait;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one process at a time pin an outer map, change its slots with the pins of its inner maps, or migrate it. It locks the directory of
 * migrations. (A separate lock, of the directory of displaced maps, is the ownership of the slots.) The kernel releases the lock when the
 * process ends.
 *
 * <p>Threads of the process hold the lock together, so that their changes still share a grace period. They exclude each other by {@link
 * dev.nestmap.runtime.internal.nest.KeyLocks}. A thread acquires the locks of its keys before this one. A thread that holds the lock may
 * acquire it again, for a nested operation. Two objects of this class exclude each other even in one process, so a load or a handle has one
 * object for each pin path.
 */
public final class PinLock {
    /** After this time, further threads wait until the present holders have released the lock, so that another process can get it. */
    private static final long TURN_NANOS = 50_000_000;

    private final Pins pins;
    private final PinPaths paths;

    private final OwnerLock ownership;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    private final Condition turnEnded = lock.newCondition();

    /** The threads that hold the lock, and how often each of them has acquired it. */
    private final Map<Thread, Integer> holders = new HashMap<>();

    private long turnStart;
    private Pins.@Nullable Lock directoryLock;

    /** Creates the lock, and does not acquire it. */
    public PinLock(Pins pins, PinPaths paths) {
        this.pins = pins;
        this.paths = paths;
        this.ownership = OwnerLock.ofSlots(pins, paths.outer(), paths.draining(), paths.options());
    }

    /** The pins in BPF file systems. */
    public Pins pins() {
        return pins;
    }

    /** The pin that is locked, with those beside it. */
    public PinPaths paths() {
        return paths;
    }

    /**
     * Acquires the lock for this thread, which closes the result.
     *
     * @throws BpfException if another process holds the lock for half a minute, or if this process may not open the directory
     */
    public Pins.Lock hold() {
        return Objects.requireNonNull(Pins.Lock.explaining(this::tryHold));
    }

    private Pins.Lock tryHold() {
        Thread thread = Thread.currentThread();
        // First what needs memory: nobody would release a lock that is not returned, or that can't be released without
        // memory.
        Runnable release = () -> release(thread);
        Pins.Lock held = () -> lock.holding(release);
        long start = System.nanoTime(); // the threads of this process wait at the same time, not one after the other
        lock.holding(() -> {
            // A thread that waited for the end of a turn in which it holds the lock itself would wait forever.
            while (directoryLock != null
                    && !holders.containsKey(thread)
                    && System.nanoTime() - turnStart > TURN_NANOS) {
                turnEnded.awaitUninterruptibly();
            }
            try (Undo undo = new Undo(() -> leave(thread))) {
                holders.merge(
                        thread, 1, Integer::sum); // before the lock: a holder that is missing could not release it
                if (directoryLock == null) {
                    directoryLock = acquire(start);
                    turnStart = System.nanoTime();
                }
                undo.commit();
            }
        });
        return held;
    }

    private void release(Thread thread) {
        leave(thread);
        if (holders.isEmpty() && directoryLock != null) {
            directoryLock.close();
            directoryLock = null;
            turnEnded.signalAll();
        }
    }

    private void leave(Thread thread) {
        holders.computeIfPresent(thread, (holder, times) -> times == 1 ? null : times - 1);
    }

    /**
     * Runs an action while no other process changes or migrates the map.
     *
     * @throws BpfException if another process holds the lock for half a minute; then the action did not run
     */
    public <T> T holding(Supplier<T> action) {
        return hold().during(action);
    }

    /** Does the same with an action that has no result. */
    public void holding(Runnable action) {
        holding(() -> {
            action.run();
            return true;
        });
    }

    private Pins.Lock acquire(long start) {
        Pins.Lock acquired = pins.keepOpen().during(() -> PinLockWait.acquire(start, this::tryAcquire));
        if (acquired == null) {
            throw new BpfException(
                    "change of the pin " + paths.outer(),
                    pins.holder(paths.migration()) + " has been pinning, changing or migrating the map for "
                            + PinLockWait.PATIENCE_SECONDS + " s: it holds the lock of " + paths.migration()
                            + ". Try again when it has ended");
        }
        try (Undo undo = new Undo(acquired::close)) {
            PinFormat.requireKnown("change of the pin " + paths.outer(), pins, paths.outer());
            return undo.commit(acquired);
        }
    }

    /** The ownership of the slots. Only the owner takes inner maps out. */
    public OwnerLock ownerLock() {
        return ownership;
    }

    private Pins.@Nullable Lock tryAcquire() {
        return pins.lock(paths.migration(), paths.options());
    }
}
