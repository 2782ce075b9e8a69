/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.load.BackendOperations;
import java.nio.file.Path;
import java.util.List;

/**
 * The maps of a directory of pins that are about to be removed. As long as this object is open, other processes can't attach programs to
 * these maps.
 */
public final class EndingMaps implements AutoCloseable {
    private final Generation rest;

    private EndingMaps(Generation rest) {
        this.rest = rest;
    }

    /**
     * Closes the maps for programs of other processes. The caller owns the set, and looks afterwards for programs that use the maps already.
     *
     * @param set the directory of the set, in which maps are pinned
     * @param pin a pin, whose owner and permissions new files get
     * @return keeps the maps closed
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses, or if there is a directory of somebody else beside the maps
     * @throws dev.nestmap.runtime.error.BpfException if the owner and the permissions can't be read
     */
    public static EndingMaps in(Path set, Path pin) {
        return new EndingMaps(BackendOperations.endMaps(set, PinAttributes.of(pin, null)));
    }

    /**
     * Removes pins and the files beside them, all in one step: a process that is killed leaves all of them, or none that has a use.
     *
     * @param files pins, and directories with pins, in the directory of the maps in use
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses; then all are still there
     */
    public void remove(List<Path> files) {
        files.forEach(file -> rest.replace(file, List.of("")));
        rest.publish();
    }

    /** Removes files that are not in use any more. Other processes can attach programs to the remaining maps again. */
    @Override
    public void close() {
        rest.close();
    }
}
