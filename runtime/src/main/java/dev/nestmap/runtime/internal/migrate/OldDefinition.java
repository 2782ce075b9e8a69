/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.ExistingTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a pinned map was declared to be.
 *
 * @param schema where it is declared
 * @param map its definition there
 */
record OldDefinition(Schema schema, MapDef map) {
    /** As the schema of that version says it. */
    static OldDefinition said(Schema before, MapDef now) {
        return before.map(now.name())
                .filter(other -> other.role() == now.role())
                .map(old -> new OldDefinition(before, old))
                .orElseThrow(() -> new BpfException(
                        "migration of map " + now.name(),
                        "the schema text of before has no such map; give it that of its version"));
    }

    /**
     * As the kernel tells it: of an outer map by the prototype, or by one of its inner maps.
     *
     * @param pinned opens what the outer map holds
     * @throws BpfException when it has no BTF, or the kernel does not tell this process
     */
    static OldDefinition told(PinnedMaps pinned, MapDef now, RawMap raw, PinPaths place) {
        if (now.role() != MapRole.OUTER) {
            MapDef old = definition(pinned.schema(), now, raw, place);
            return new OldDefinition(new Schema("", "", List.of(), List.of(), List.of(old)), old);
        }
        RawMap sample = pinned.samples().find(raw, place);
        if (sample == null) {
            throw PinMigration.refused(
                    place,
                    "nothing tells what its inner maps are: it is empty, or to open them by their"
                            + " ids takes CAP_SYS_ADMIN");
        }
        try {
            MapDef told = definition(pinned.schema(), pinned.schema().innerOf(now), sample, place);
            OptionalLong size = pinned.samples().size(raw, place); // a prototype may be smaller
            MapDef inner = size.isPresent() ? told.sized(size.getAsLong()) : told;
            MapShape shape = raw.shape();
            boolean sameKey = now.key() != null && now.key().size() == shape.keySize();
            CType key = sameKey ? now.key() : new ArrayType(Scalar.U8, shape.keySize());
            MapDef outer = new MapDef(
                    now.name(), now.role(), shape.kind(), shape.maxEntries(), shape.flags(), key, null, inner.name());
            return new OldDefinition(new Schema("", "", List.of(), List.of(), List.of(inner, outer)), outer);
        } finally {
            sample.close();
        }
    }

    private static MapDef definition(Schema schema, MapDef now, RawMap raw, PinPaths place) {
        ExistingTypes existing = new ExistingTypes(schema);
        EntryTypes types = types(raw, place);
        MapShape shape = raw.shape();
        CType key = types.key() == null ? now.key() : existing.asDeclared(types.key());
        CType value = existing.asDeclared(types.value());
        return new MapDef(now.name(), now.role(), shape.kind(), shape.maxEntries(), shape.flags(), key, value, null);
    }

    private static EntryTypes types(RawMap raw, PinPaths place) {
        EntryTypes types;
        try {
            types = raw.types();
        } catch (BpfException e) {
            throw BpfException.of("migration of the pin " + place.outer())
                    .errno(e.errnoNumber())
                    .because("its layout can't be read: " + e.getMessage()
                            + "; give the schema text of its version (Migration.from)")
                    .cause(e)
                    .build();
        }
        if (types == null) {
            throw PinMigration.refused(
                    place,
                    "it was made without BTF, so that nothing tells its layout: give the schema text of its version"
                            + " (Migration.from)");
        }
        return types;
    }

    /** The map with the entries: this one, or the inner one that it holds. */
    MapDef content() {
        return schema.contentOf(map);
    }
}
