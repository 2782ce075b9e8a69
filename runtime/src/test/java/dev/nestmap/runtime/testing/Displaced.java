/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.OwnedMaps;
import org.jspecify.annotations.Nullable;

/** Inner maps that a change of slots has displaced, and that a test does not need. */
public final class Displaced {
    private Displaced() {}

    /** Closes the map of one slot; null if the slot was empty. */
    public static void closeDisplaced(@Nullable OwnedMap map) {
        if (map != null) {
            map.close();
        }
    }

    /** Closes the maps of several slots. */
    public static <K, O extends MapAccessor & OwnedMap> void closeDisplaced(OwnedMaps<K, O> maps) {
        maps.close();
    }
}
