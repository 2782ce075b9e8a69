/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;

/**
 * The definition of a pinned map in the previous version.
 *
 * @param schema the schema of that version, or a part of the schema with the map and its inner map
 * @param map the definition in that schema
 */
record OldMapDefinition(Schema schema, MapDef map) {
    /** Takes the definition from the schema text that the user passed. */
    static OldMapDefinition fromSchema(Schema old, MapDef newMap) {
        return old.map(newMap.name())
                .filter(map -> map.role() == newMap.role())
                .map(map -> new OldMapDefinition(old, map))
                .orElseThrow(() -> new BpfException(
                        Reason.NOT_FOUND,
                        "migration of map " + newMap.name(),
                        "the schema text in Migration.from has no such map; pass the schema text of the version that created"
                                + " the pinned map"));
    }

    /** The fingerprint of its layout. */
    String fingerprint() {
        return LayoutFingerprint.of(schema, map);
    }

    /** The definition of the map with the entries: the inner map of an outer map, otherwise the map itself. */
    MapDef content() {
        return schema.contentOf(map);
    }

    /** Returns the definition with the sizes of the pinned maps, where the records leave them to load time. */
    OldMapDefinition sizedLike(ExistingMapFinder newMaps, RawMap raw, PinPaths paths) {
        Schema sized = newMaps.of(schema).withInnerMapsOf(map, raw, paths);
        return new OldMapDefinition(sized, ExistingMapFinder.withSizeOf(raw, map));
    }
}
