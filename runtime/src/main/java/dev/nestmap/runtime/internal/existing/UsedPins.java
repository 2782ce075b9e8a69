/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

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
     * Removes a pin that this process has created, unless another process uses the map, or has pinned another one there. The pin also stays if
     * an earlier removal has left a pin at the other path: it may be the only one of a map that a process uses. Needs no descriptor, because
     * there may be none left.
     *
     * @param file what {@link Pins#fileAt} returned when the map was pinned
     * @return whether it is removed
     */
    public boolean removeUnlessUsed(RawMap map, @Nullable Object file, PinPaths paths) {
        Path pin = paths.outer();
        Path aside = paths.removed();
        if (file == null || !file.equals(pins.fileAt(pin)) || isMark(pins.time(pin)) || !isFree(map, paths)) {
            return false;
        }
        try (Undo undo = new Undo(() -> pins.remove(aside))) {
            pins.move(pin, aside);
            undo.commit();
        }
        if (isMark(pins.time(aside))) {
            putBack(map, aside, paths);
            return false;
        }
        pins.remove(aside);
        return true;
    }

    /** Whether nothing is pinned at the other path. Then the map is pinned there, so that the move replaces no pin of another process. */
    private boolean isFree(RawMap map, PinPaths paths) {
        try {
            pins.pin(map, paths.removed(), paths.options());
            return true;
        } catch (BpfException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            WarningLog.RUNTIME.warn(
                    "pin " + paths.outer(),
                    "a load failed, and its pin " + paths.outer()
                            + " stays for the next load, because an earlier one has left "
                            + paths.removed()
                            + ". A process may use the map that is pinned there: restart that process, and remove this pin when its counts are"
                            + " stored",
                    null);
            return false;
        }
    }

    /** A move would replace the pin that a third process may have made meanwhile, and with it the only pin of its map. */
    private void putBack(RawMap map, Path aside, PinPaths paths) {
        try {
            pins.pin(map, paths.outer(), paths.options());
        } catch (BpfException e) {
            if (e.errno() == Errno.EEXIST) {
                WarningLog.RUNTIME.warn(
                        "pin " + paths.outer(),
                        "a load failed while a second process used its map "
                                + map.shape().name()
                                + ", and a third one has pinned another map at " + paths.outer()
                                + " meanwhile. The map of the second process stays pinned at " + aside
                                + ": restart that process, which then uses the other map, and remove this pin when its counts are stored",
                        null);
                return;
            }
            throw e;
        }
        pins.setTime(paths.outer(), pins.time(aside));
        pins.remove(aside);
    }

    private static boolean isMark(Instant time) {
        return time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }
}
