/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.kernel.map.KernelIds;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds and opens maps of the running kernel that no record declares. */
public final class MapOpener {
    private MapOpener() {}

    /** The ids of all maps, in ascending order. */
    public static List<Integer> ids() {
        return KernelIds.maps();
    }

    /** Opens the map with this id. The caller owns it. Null if there is no such map. */
    public static @Nullable OpenMap open(int id) {
        return handle(new KernelMaps().open(id));
    }

    /** Opens a pinned map. The caller owns it. Null if nothing is pinned there. */
    public static @Nullable OpenMap open(Path pin, PinAccess access, PinOptions options) {
        KernelPins pins = access == PinAccess.READ_ONLY ? KernelPins.forReading() : new KernelPins(options);
        return handle(pins.open(options.root().resolve(pin), access));
    }

    private static @Nullable OpenMap handle(@Nullable RawMap raw) {
        return raw == null ? null : new OpenMap(raw.shape().name(), raw).watched();
    }
}
