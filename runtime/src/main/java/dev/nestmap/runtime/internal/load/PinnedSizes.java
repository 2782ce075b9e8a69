/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The sizes of maps that are pinned already, of those whose records leave the size to load time. A load that keeps them uses them instead of
 * the sizes that its caller has set.
 *
 * @param sizes {@code max_entries} by the names of the maps
 */
record PinnedSizes(Map<String, Long> sizes) {
    /**
     * Reads the sizes. If another process pins a map later, the load rejects its size as it does without this class.
     *
     * @param object the schema of the object file. It declares the auto-pins, which the records of somebody else's object don't repeat
     */
    static PinnedSizes of(LoadSettings settings, Schema records, Schema object, MapFactory factory, Pins pins) {
        Map<String, Long> sizes = new HashMap<>();
        for (DeclaredPin pin : settings.pins()) {
            MapDef map = BackendOperations.definition(records, pin.map());
            read(map, pin.paths(settings.pinOptions(), MapAccess.READ_ONLY, pins), records, factory, pins, sizes);
        }
        records.maps().stream()
                .filter(map -> settings.autoPins() == AutoPins.REUSE
                        && object.map(map.name())
                                .filter(AutoPinning::isDeclared)
                                .isPresent())
                .forEach(map -> {
                    Path path = settings.pinOptions().root().resolve(map.name());
                    PinPaths paths = PinPaths.of(path, settings.pinOptions(), MapAccess.READ_ONLY, pins);
                    read(map, paths, records, factory, pins, sizes);
                });
        return new PinnedSizes(sizes);
    }

    private static void read(
            MapDef map, PinPaths paths, Schema records, MapFactory factory, Pins pins, Map<String, Long> sizes) {
        try (RawMap pinned = PinFormat.open(pins, paths.outer(), MapAccess.READ_ONLY)) {
            if (pinned == null) {
                return;
            }
            if (map.isSizedAtLoad()) {
                sizes.put(map.name(), pinned.shape().maxEntries());
            }
            if (map.role() == MapRole.OUTER
                    && map.definition() != null
                    && records.innerOf(map).isSizedAtLoad()) {
                new InnerMapSampleFinder(factory, pins)
                        .size(pinned, paths)
                        // Outer maps may share a definition: the largest has room for the entries of each.
                        .ifPresent(size -> sizes.merge(records.innerOf(map).name(), size, Math::max));
            }
        }
    }

    /** Returns the schema with these sizes. */
    Schema in(Schema schema) {
        return schema.withSizes(map -> {
            Long size = sizes.get(map.name());
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        });
    }
}
