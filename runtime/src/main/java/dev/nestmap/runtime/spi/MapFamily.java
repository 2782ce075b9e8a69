/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import java.util.List;

/** The outer maps of one record, which share an accessor and are told apart by their names. */
public final class MapFamily {
    private MapFamily() {}

    /**
     * The name of one of the maps.
     *
     * @throws IllegalArgumentException when it is none of theirs
     */
    public static String member(List<String> maps, String name) {
        if (!maps.contains(name)) {
            throw new IllegalArgumentException(
                    "no map of this record is called \"" + name + "\"; there are " + String.join(", ", maps));
        }
        return name;
    }
}
