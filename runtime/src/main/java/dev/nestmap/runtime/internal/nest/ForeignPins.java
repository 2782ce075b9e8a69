/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files of others in the directories beside a pin. Nestmap leaves them where they are, and a warning in the log names them. */
final class ForeignPins {
    private ForeignPins() {}

    /** Opens the map of a pin. Null if the pin was removed meanwhile, or if the file is foreign, which is reported. */
    static @Nullable RawMap openUnlessForeign(Pins pins, Path pin) {
        try {
            return pins.open(pin, MapAccess.READ_WRITE);
        } catch (BpfException e) {
            reportIfForeign(pin, e);
            return null;
        }
    }

    /** Reports that a file is foreign if this is the reason of a failure, and throws the failure otherwise. */
    static void reportIfForeign(Path pin, BpfException e) {
        if (!isForeign(e)) {
            throw e;
        }
        report(pin, e.getMessage());
    }

    /** Whether the pin itself is the reason that it can't be opened, and not a lack of memory or file descriptors in this process. */
    static boolean isForeign(BpfException e) {
        return e.reason() == Reason.WRONG_USE
                || e.reason() == Reason.NOT_SUPPORTED // a map of an unknown type
                || e.reason() == Reason.NOT_PERMITTED;
    }

    /** Logs that Nestmap ignores a file. */
    static void report(Path file, String reason) {
        WarningLog.RUNTIME.warn(
                "files in " + file.getParent(), "Nestmap ignores " + file + " and leaves it where it is: " + reason);
    }
}
