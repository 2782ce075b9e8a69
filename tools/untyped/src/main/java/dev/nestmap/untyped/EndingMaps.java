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
     * Makes sure that other processes can't attach programs to the maps any more. The caller must own the set, and must look afterwards for programs
     * that already use the maps.
     *
     * @param set the directory of the set, in which maps are pinned
     * @param pin a pin; new files get its owner and permissions
     * @return an object that keeps programs away from the maps until it is closed
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses, or if somebody else has put a directory beside the maps
     * @throws dev.nestmap.runtime.error.BpfException if the owner and the permissions can't be read
     */
    public static EndingMaps in(Path set, Path pin) {
        return new EndingMaps(BackendOperations.endMaps(set, PinAttributes.of(pin, null)));
    }

    /**
     * Removes pins and the files beside them in one step. If the process is killed, either all of them stay, or none that is still needed.
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
