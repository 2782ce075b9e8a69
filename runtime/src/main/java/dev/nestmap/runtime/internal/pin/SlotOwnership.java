/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The ownership of the slots of a pinned outer map: a share of the claim of its pin. Only the owner pins displaced
 * maps, and hands out those of ended processes. The ownership ends when this object is closed and no pin of a displaced map has a claim any
 * more, when it is given up, or when the process ends. So no other process passes a map that is being drained.
 */
final class SlotOwnership {
    private final ClaimedPin claimed;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    /** The names {@code <key>-<id>} of pins. */
    private final Set<String> claims = new HashSet<>();

    private Pins.@Nullable Lock held;
    private boolean closed;

    /** See {@link #times}. */
    private final AtomicLong times = new AtomicLong();

    SlotOwnership(ClaimedPin claimed) {
        this.claimed = claimed;
    }

    /**
     * Acquires the ownership, unless this object has it. Two processes without it could hand out the same map, and lose the one that the
     * first of them put into the slot.
     *
     * @param whenAcquired runs if this object becomes the owner, before other threads know; if it fails, nobody is the owner
     * @return false if another process or object is the owner
     */
    boolean acquire(Runnable whenAcquired) {
        return lock.holding(() -> {
            if (held == null && !closed) {
                held = newOwner(whenAcquired);
            }
            // After close the outer map rejects the operation, with a better message.
            return held != null || closed;
        });
    }

    private Pins.@Nullable Lock newOwner(Runnable whenAcquired) {
        Pins.Lock acquired = claimed.claim().tryAcquire();
        if (acquired == null) {
            return null;
        }
        try (Undo undo = new Undo(acquired::close)) {
            whenAcquired.run();
            times.incrementAndGet();
            return undo.commit(acquired);
        }
    }

    /** Gives up the ownership, unless there is a claim. {@link #acquire} may acquire it again. */
    void giveUp() {
        lock.holding(this::unlockIfUnclaimed);
    }

    /** Gives up the ownership as soon as there is no claim. */
    void close() {
        lock.holding(() -> {
            closed = true;
            return unlockIfUnclaimed();
        });
    }

    /** Claims the pin of a displaced map. Returns false if it has a claim already, or this object is not the owner. */
    boolean claim(String name) {
        return lock.holding(() -> held != null && claims.add(name));
    }

    /** Allocates nothing, because memory may be short. */
    void release(String name) {
        lock.lock();
        try {
            if (claims.remove(name) && closed) {
                unlockIfUnclaimed();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the pin has a claim. */
    boolean isClaimed(String name) {
        return lock.holding(() -> claims.contains(name));
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return lock.holding(() -> closed);
    }

    /** How often this object has become the owner. */
    long times() {
        return times.get();
    }

    /** Whether this object is the owner. */
    boolean isHeld() {
        return lock.holding(() -> held != null);
    }

    /** Returns whether this object gave up the ownership. */
    private boolean unlockIfUnclaimed() {
        Pins.Lock owner = held;
        if (owner == null || !claims.isEmpty()) {
            return false;
        }
        owner.close();
        held = null;
        return true;
    }
}
