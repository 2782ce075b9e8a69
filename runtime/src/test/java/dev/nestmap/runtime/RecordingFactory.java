/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Knows which maps it has made, so that a test can ask which are still there, whatever others do on the machine. */
final class RecordingFactory extends DelegatingFactory {
    private final Set<Integer> made = ConcurrentHashMap.newKeySet();

    RecordingFactory(MapFactory factory) {
        super(factory);
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        RawMap map = super.create(shape, prototype);
        made.add(map.id());
        return map;
    }

    int made() {
        return made.size();
    }

    /** How many of them are still there. */
    long alive() {
        made.removeIf(id -> {
            RawMap map = open(id);
            if (map != null) {
                map.close();
            }
            return map == null;
        });
        return made.size();
    }
}
