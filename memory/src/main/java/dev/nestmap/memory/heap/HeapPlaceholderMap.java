/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;

/**
 * A placeholder for a map of a type that needs the kernel. It can be created, put into outer maps and rotated, so that tests can use the
 * object's other maps. Operations on its entries throw.
 */
final class HeapPlaceholderMap extends HeapMap {
    HeapPlaceholderMap(MapShape shape) {
        super(shape, null);
    }

    /**
     * The answer to a use that does not work in memory.
     *
     * @param what the type of the map, with an article
     */
    static BpfException refused(MapShape map, String what) {
        return new BpfException(
                Reason.NOT_SUPPORTED,
                "use of map " + map.name(),
                what + " does not work in memory: test it with an object that load() returned");
    }

    @Override
    int unsupported() {
        throw refused(shape(), "a " + shape().kind());
    }
}
