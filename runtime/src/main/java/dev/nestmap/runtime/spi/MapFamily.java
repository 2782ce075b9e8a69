/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import java.util.List;

/** Outer maps declared on one record. They share an accessor class and differ by name. */
public final class MapFamily {
    private MapFamily() {}

    /**
     * Checks the name of a map.
     *
     * @param maps names of the maps that are declared on the record
     * @param name name of one of them
     * @return the name
     * @throws IllegalArgumentException if the record declares no map with this name
     */
    public static String member(List<String> maps, String name) {
        if (!maps.contains(name)) {
            throw new IllegalArgumentException(
                    "this record declares no map \"" + name + "\": its maps are " + String.join(", ", maps));
        }
        return name;
    }
}
