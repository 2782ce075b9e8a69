/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import org.jspecify.annotations.Nullable;

/** A process without CAP_SYS_ADMIN: it may make maps, and open none by id. */
final class OwnMapsOnly extends DelegatingFactory {
    OwnMapsOnly(MapFactory factory) {
        super(factory);
    }

    @Override
    public @Nullable RawMap open(int id) {
        throw new AssertionError("opens map " + id + ", though this process made every map");
    }
}
