/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import org.jspecify.annotations.Nullable;

/**
 * The ownership of the slots of a pinned outer map: a share of the claim of its pin. Only the owner changes slots and the pins beside the outer map,
 * and hands out displaced maps. Each change and each handle to a displaced map has a share of its own. So the ownership ends when this object is
 * closed or gives it up and they have ended, too, or when the process ends.
 */
final class SlotOwnership {
    private final PinClaim claim;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    private Pins.@Nullable Lock held;
    private boolean closed;

    SlotOwnership(PinClaim claim) {
        this.claim = claim;
    }

    /**
     * Acquires the ownership, unless this object has it.
     *
     * @param whenAcquired runs if this object becomes the owner, before other threads know; if it fails, this object does not own the slots
     * @return false if another process or object is the owner
     */
    boolean acquire(Runnable whenAcquired) {
        return lock.holding(() -> {
            if (held == null && !closed) {
                Pins.Lock acquired = claim.tryAcquire();
                if (acquired == null) {
                    return false;
                }
                try (Undo undo = new Undo(acquired::close)) {
                    whenAcquired.run();
                    held = undo.commit(acquired);
                }
            }
            return true; // after close, the outer map rejects the operation, with a better message
        });
    }

    /** Returns a share of the ownership, which the caller closes; null if this object is not the owner. */
    Pins.@Nullable Lock share() {
        return lock.holding(() -> held == null ? null : claim.tryShare());
    }

    /** Gives up the ownership. {@link #acquire} may acquire it again. */
    void giveUp() {
        lock.holding(() -> {
            Pins.Lock owned = held;
            held = null;
            if (owned != null) {
                owned.close();
            }
        });
    }

    /** Gives up the ownership for good. */
    void close() {
        lock.holding(() -> {
            closed = true;
            giveUp();
        });
    }

    /** Whether this object is the owner. */
    boolean isHeld() {
        return lock.holding(() -> held != null);
    }
}
