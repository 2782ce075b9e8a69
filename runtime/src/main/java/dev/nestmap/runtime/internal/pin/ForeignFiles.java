/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinAccess;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files that somebody else put into the directories beside a pin. Nestmap leaves them there, and logs a warning that names them. */
final class ForeignFiles {
    private ForeignFiles() {}

    /** Opens the map of a pin. Null if the pin was removed meanwhile, or if the file is foreign, which is reported. */
    static @Nullable RawMap openUnlessForeign(Pins pins, Path pin) {
        return unlessForeign(pin, () -> pins.open(pin, PinAccess.READ_WRITE));
    }

    /** Runs an action on a pin. Null if the file is foreign, which is reported. */
    static <T extends @Nullable Object> @Nullable T unlessForeign(Path pin, Supplier<T> action) {
        try {
            return action.get();
        } catch (BpfException e) {
            if (!isForeign(e)) {
                throw e;
            }
            report(pin, e.getMessage());
            return null;
        }
    }

    /** Whether a pin can't be opened because of what it is, and not because this process lacks memory or file descriptors. */
    private static boolean isForeign(BpfException e) {
        return e.errnoNumber() == 0 || e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
    }

    static void report(Path file, String reason) {
        WarningLog.RUNTIME.warn(
                "file " + file, "Nestmap ignores " + file + " and leaves it where it is: " + reason, null);
    }
}
