/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.ExternalTypeSubstitution;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.OptionalLong;

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

    /**
     * Reads the definition from the BTF of the pinned map. For an outer map, reads the BTF of its prototype or of one of its inner
     * maps.
     *
     * @throws BpfException if the map has no BTF, or this process may not read it
     */
    static OldMapDefinition fromBtf(ExistingMapFinder maps, MapDef newMap, RawMap raw, PinPaths paths) {
        if (newMap.role() != MapRole.OUTER) {
            MapDef old = definition(maps.schema(), newMap, raw, paths);
            return new OldMapDefinition(new Schema("", "", List.of(), List.of(), List.of(old)), old);
        }
        try (RawMap sample = maps.samples().find(raw, paths)) {
            if (sample == null) {
                throw PinnedMapMigrator.rejected(
                        Reason.MISMATCH,
                        paths,
                        "the old layout of its inner maps is unknown: no prototype is pinned, and the outer map is empty, or this"
                                + " process lacks CAP_SYS_ADMIN, which the kernel requires to open inner maps by id. Pass the schema"
                                + " text of the version that created them (Migration.from), or run with CAP_SYS_ADMIN");
            }
            MapDef found = definition(maps.schema(), maps.schema().innerOf(newMap), sample, paths);
            OptionalLong size = maps.samples().size(raw, paths); // the sample may be a smaller prototype
            MapDef inner = size.isPresent() ? found.withMaxEntries(size.getAsLong()) : found;
            MapShape shape = raw.shape();
            boolean sameKey = newMap.key() != null && newMap.key().size() == shape.keySize();
            CType key = sameKey ? newMap.key() : new ArrayType(Scalar.U8, shape.keySize());
            MapDef outer = shape.definition(newMap.name(), newMap.role(), key, null, inner.name());
            return new OldMapDefinition(new Schema("", "", List.of(), List.of(), List.of(inner, outer)), outer);
        }
    }

    private static MapDef definition(Schema schema, MapDef newMap, RawMap raw, PinPaths paths) {
        ExternalTypeSubstitution existing = new ExternalTypeSubstitution(schema);
        EntryCTypes types = types(raw, paths);
        CType key = types.key() == null ? newMap.key() : existing.asDeclared(types.key());
        CType value = existing.asDeclared(types.value());
        return raw.shape().definition(newMap.name(), newMap.role(), key, value, null);
    }

    private static EntryCTypes types(RawMap raw, PinPaths paths) {
        EntryCTypes types;
        try {
            types = raw.types();
        } catch (BpfException e) {
            throw BpfException.of(e.reason(), "migration of the pin " + paths.outer())
                    .errno(e.errnoNumber())
                    .because("its layout can't be read: " + e.getMessage()
                            + "; pass the schema text of the version that created it instead (Migration.from)")
                    .cause(e)
                    .build();
        }
        if (types == null) {
            throw PinnedMapMigrator.rejected(
                    Reason.MISMATCH,
                    paths,
                    "the pinned map was created without BTF, so its layout is unknown; pass the schema text of the version that created it"
                            + " (Migration.from)");
        }
        return types;
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
