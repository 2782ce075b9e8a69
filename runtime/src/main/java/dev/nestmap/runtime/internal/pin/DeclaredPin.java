/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;

/**
 * Where records say that a map is pinned.
 *
 * @param map the map's name
 * @param pin an absolute path, or one in the directory that is said at load
 * @param inners whether inner maps are pinned too
 */
public record DeclaredPin(String map, String pin, boolean inners) {
    public Path path(PinOptions options) {
        return options.root().resolve(pin);
    }
}
