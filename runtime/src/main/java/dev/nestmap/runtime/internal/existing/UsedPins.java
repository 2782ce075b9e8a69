/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Marks pins whose maps another process uses than the one that has pinned them. A load that fails removes its pins, but not these: the other
 * process would begin with empty maps when it starts again.
 *
 * <p>The time of a marked pin is a whole second. A process that opens a pin sets the mark before it checks that the map is still pinned. A load
 * that fails looks for the mark, moves the pin to another path, and looks again. So one of the two always sees the other, and nobody waits.
 */
public record UsedPins(Pins pins) {
    /**
     * Marks a pin. Called between opening it and checking that it still refers to the map. Does nothing if the pin is removed meanwhile, or
     * if this process may not change it.
     */
    public void mark(Path pin) {
        try {
            Instant time = pins.time(pin);
            if (!isMark(time)) {
                pins.setTime(pin, time.truncatedTo(ChronoUnit.SECONDS));
            }
        } catch (BpfException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EPERM && e.errno() != Errno.EACCES) {
                throw e;
            }
        }
    }

    /**
     * Removes a pin that this process has created, unless another process uses the map, or has pinned another one there.
     *
     * @return whether it is removed
     */
    public boolean removeUnlessUsed(RawMap map, Path pin) {
        if (!pins.isPinned(map, pin) || isMark(pins.time(pin))) {
            return false;
        }
        Path aside = pin.resolveSibling(pin.getFileName() + "-removed");
        pins.move(pin, aside);
        if (isMark(pins.time(aside)) && !pins.exists(pin)) {
            pins.move(aside, pin);
            return false;
        }
        pins.remove(aside);
        return true;
    }

    private static boolean isMark(Instant time) {
        return time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }
}
