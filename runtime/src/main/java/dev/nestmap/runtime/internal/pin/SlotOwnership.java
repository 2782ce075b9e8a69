/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ownership of the slots of a pinned outer map: a lock of the directory of displaced maps. Only the owner pins displaced maps, and
 * hands out those that ended processes displaced. The ownership ends when the object is closed and no map is being drained any more,
 * or with the process. So no other process recovers a map that is being drained.
 *
 * <p>The pin of a displaced map has at most one claim. A thread claims it before it creates or opens the pin, and releases the claim
 * after the pin is removed. So no two threads hand out the same map. A claim that is released without removing the pin leaves the map
 * to be recovered.
 */
final class SlotOwnership {
    private final Pins pins;
    private final PinPaths paths;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Path> claims = new HashSet<>();
    private Pins.@Nullable Lock directoryLock;
    private boolean closed;

    SlotOwnership(Pins pins, PinPaths paths) {
        this.pins = pins;
        this.paths = paths;
    }

    /**
     * Acquires the ownership, if this object does not have it yet. Without an owner, two processes could both hand out the same map, and
     * lose the map that the first of them put into the slot.
     *
     * @param whenAcquired runs if this object becomes the owner, before other threads know; if it fails, nobody is the owner
     * @return false if another process or object is the owner
     */
    boolean acquire(Runnable whenAcquired) {
        lock.lock();
        try {
            if (directoryLock == null && !closed) {
                directoryLock = newOwner(whenAcquired);
            }
            // After close the outer map rejects the operation, with a better message.
            return directoryLock != null || closed;
        } finally {
            lock.unlock();
        }
    }

    private Pins.@Nullable Lock newOwner(Runnable whenAcquired) {
        Pins.Lock acquired = pins.lock(paths.draining(), PinPermissions.forWriters(paths.options()));
        if (acquired == null) {
            return null;
        }
        try (Undo undo = new Undo(acquired::close)) {
            whenAcquired.run();
            return undo.commit(acquired);
        }
    }

    /** Claims the pin of a displaced map. Returns false if it has a claim already, or this object is not the owner. */
    boolean claim(Path pin) {
        lock.lock();
        try {
            return directoryLock != null && claims.add(pin);
        } finally {
            lock.unlock();
        }
    }

    /** Releases a claim. */
    void release(Path pin) {
        lock.lock();
        try {
            claims.remove(pin);
            unlockIfUnused();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the pin has a claim. */
    boolean isClaimed(Path pin) {
        lock.lock();
        try {
            return claims.contains(pin);
        } finally {
            lock.unlock();
        }
    }

    /** Gives up the ownership, unless there is a claim. {@link #acquire} may acquire it again. */
    void giveUp() {
        lock.lock();
        try {
            unlockIfUnclaimed();
        } finally {
            lock.unlock();
        }
    }

    /** Gives up the ownership as soon as there is no claim. */
    void close() {
        lock.lock();
        try {
            closed = true;
            unlockIfUnused();
        } finally {
            lock.unlock();
        }
    }

    private void unlockIfUnused() {
        if (closed) {
            unlockIfUnclaimed();
        }
    }

    private void unlockIfUnclaimed() {
        if (claims.isEmpty() && directoryLock != null) {
            directoryLock.close();
            directoryLock = null;
        }
    }
}
