/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;

/**
 * A pin that a loaded object requested for one of its maps.
 *
 * @param map name of the map in C
 * @param path the path of the pin
 * @param outcome what happened
 */
public record RequestedPin(String map, Path path, Outcome outcome) {
    /** What happened to the request. */
    public enum Outcome {
        /** The map is new and was pinned. */
        PINNED,
        /** The object uses the map that was pinned there, with its entries. */
        REUSED,
        /** The map is new and was not pinned. */
        IGNORED
    }
}
