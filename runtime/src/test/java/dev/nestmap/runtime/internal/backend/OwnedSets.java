/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import java.nio.file.Path;

/** Simulates the end of a process that owns pins, so that two services can have their programs in one process. */
public final class OwnedSets {
    private OwnedSets() {}

    /** Lets this process own the pins in a directory no more, whatever has claimed them. */
    public static void forget(Path directory) {
        PinSets.PinSet set = PinSets.OWNED.remove(directory);
        if (set != null) {
            Pins.Lock lock = set.lock;
            set.lock = null;
            if (lock != null) {
                lock.close();
            }
        }
    }
}
