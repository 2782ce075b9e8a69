/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A pin with the claim of the object that uses it. Only who has the claim changes the pin, those beside it and the slots of the outer map. Threads
 * of the object take turns ({@code SlotChangeQueue}). Two objects of this class exclude each other even in one
 * process, so a load or a handle has one for each pin.
 *
 * @param pins the pins in BPF file systems
 * @param paths the pin, with those beside it
 */
public record ClaimedPin(Pins pins, PinPaths paths, PinClaim claim) {
    /** Acquires nothing. */
    public ClaimedPin(Pins pins, PinPaths paths) {
        this(pins, paths, new PinClaim(pins, paths.outer(), paths.options()));
    }

    /**
     * Acquires a share of the claim, which the caller closes, without waiting.
     *
     * @throws dev.nestmap.runtime.error.BpfException if another process or object has the claim, if this process may not have it, or if a newer
     *     version has changed the format
     */
    public Pins.Lock own() {
        Pins.Lock share = claim.tryShare();
        return share == null ? claim.require("change of the pin " + paths.outer()) : share;
    }

    /** Returns a share of the claim, which the caller closes. Null if another process or object has it. */
    public Pins.@Nullable Lock tryOwn() {
        Pins.Lock share = claim.tryShare();
        return share == null ? claim.tryAcquire() : share;
    }

    /** Whether the door of the maps in use is closed: see {@link PinClaim#closeDoor}. */
    public boolean isClosed() {
        return pins.exists(paths.closed());
    }

    /**
     * Removes what a killed process has left in the set, unless it has an owner, or this process may not do that: its next owner does it. Returns
     * whether the door is open.
     */
    public boolean tidy() {
        if (isClosed() || pins.exists(paths.next())) {
            try (Pins.Lock owner = claim.tryAcquire()) {
                WarningLog.RUNTIME.log(
                        Level.DEBUG, owner == null ? claim.owner() : "the rest of a killed process is removed", null);
            } catch (BpfException e) {
                WarningLog.RUNTIME.log(Level.DEBUG, "the rest of a killed process stays in " + paths.set(), e);
            }
        }
        return !isClosed();
    }
}
