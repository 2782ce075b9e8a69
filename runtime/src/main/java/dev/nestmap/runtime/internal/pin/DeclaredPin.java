/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;

/**
 * The pin that a record declares for its map.
 *
 * @param map the map's name
 * @param pin an absolute path, or a path relative to {@link PinOptions#root}
 * @param inners whether inner maps are pinned too
 */
public record DeclaredPin(String map, String pin, boolean inners) {
    /** Returns the absolute path of the pin. */
    public Path path(PinOptions options) {
        Path path = options.root().resolve(pin);
        String reserved = PinNames.reserved(path.normalize());
        if (reserved != null) {
            throw new IllegalArgumentException("Nestmap needs the name " + reserved
                    + " in each directory of pins: choose another name for the pin " + path + ", or for its directory");
        }
        return path;
    }

    /** Returns the paths of the pin and of those beside it. */
    public PinPaths paths(PinOptions options, MapAccess access, Pins pins) {
        return PinPaths.of(path(options), options, access, pins);
    }
}
