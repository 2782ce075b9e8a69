/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files and directories that Nestmap keeps beside a pin. docs/reference/pin-files.md says what each contains. */
enum PinFile {
    PROTOTYPE(PinNames.PROTOTYPE),
    INNERS(PinNames.INNERS),
    DRAINING(PinNames.DRAINING),
    RETIRED(PinNames.RETIRED),
    MIGRATION(PinNames.MIGRATION),
    REQUESTS(PinNames.REQUESTS),
    LOST(PinNames.LOST),
    LOST_INSERTS(PinNames.LOST_INSERTS),
    READER(PinNames.READER),
    OWNER(PinNames.OWNER);

    private final String end;

    PinFile(String end) {
        this.end = end;
    }

    /** The end of its name. */
    String end() {
        return end;
    }

    /** The file beside a pin. */
    Path of(Path pin) {
        return pin.resolveSibling(pin.getFileName() + end);
    }

    /** Whether a directory beside a pin has files. */
    boolean hasFiles(Path pin) {
        String[] files = of(pin).toFile().list();
        return files != null && files.length > 0;
    }

    /** Whether a file is beside one of these pins, or beside the requests of one, and belongs to it. */
    static boolean isBeside(Path file, List<Path> pins) {
        for (PinFile kind : values()) {
            Path pin = kind.pinOf(file);
            Path outer = pin == null ? null : REQUESTS.pinOf(pin);
            if ((pin != null && pins.contains(pin)) || (outer != null && pins.contains(outer))) {
                return true;
            }
        }
        return false;
    }

    /** The pin that a file with this end is beside; null if its name has another end. */
    @Nullable
    Path pinOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(end) ? file.resolveSibling(name.substring(0, name.length() - end.length())) : null;
    }
}
