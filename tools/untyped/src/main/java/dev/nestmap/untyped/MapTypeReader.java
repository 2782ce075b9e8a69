/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryTypes;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The C types of a map without a record. Reads them once, at the first use: they never change, and reading them takes several system calls.
 */
final class MapTypeReader {
    private final Supplier<@Nullable EntryTypes> readEntries;
    private final Supplier<@Nullable OuterEntryTypes> readOuter;
    private @Nullable EntryTypes entries;
    private @Nullable OuterEntryTypes outer;
    private final @Nullable Schema declared;
    private final @Nullable MapDef definition;
    private boolean entriesRead;
    private boolean outerRead;

    /**
     * @param declared the schema of an object or of records; null for types from the kernel
     * @param definition the definition of the map in this schema; null if it has none
     */
    private MapTypeReader(
            @Nullable Schema declared,
            @Nullable MapDef definition,
            Supplier<@Nullable EntryTypes> readEntries,
            Supplier<@Nullable OuterEntryTypes> readOuter) {
        this.declared = declared;
        this.definition = definition;
        this.readEntries = readEntries;
        this.readOuter = readOuter;
    }

    /**
     * Returns the types from the kernel.
     *
     * @param declared the types of the entries if the map has no BTF and the sizes match; null if nothing declares them
     */
    static MapTypeReader inKernel(OpenMap map, @Nullable EntryTypes declared) {
        EntryTypes otherwise = declared != null && fits(declared, map.shape()) ? declared : null;
        return new MapTypeReader(
                null,
                null,
                () -> {
                    EntryTypes own = map.types();
                    return own == null ? otherwise : own;
                },
                map::outerTypes);
    }

    /** Returns the types that an object file declares for one of its maps. */
    static MapTypeReader inObject(Schema object, String name) {
        MapDef map = object.map(name).orElse(null);
        if (map == null) {
            return new MapTypeReader(object, null, () -> null, () -> null);
        }
        return map.role() == MapRole.OUTER
                ? new MapTypeReader(object, map, () -> null, () -> outerTypes(object, map))
                : new MapTypeReader(object, map, () -> entriesOf(map), () -> null);
    }

    /** Returns the types of an inner map. Declarations of an object or of records precede types from the kernel. */
    MapTypeReader ofInner(OpenMap inner) {
        OuterEntryTypes own = outer();
        EntryTypes entriesOfInner = own == null ? null : own.inner();
        if (declared == null || definition == null || entriesOfInner == null || !fits(entriesOfInner, inner.shape())) {
            return inKernel(inner, entriesOfInner);
        }
        return new MapTypeReader(declared, declared.innerOf(definition), () -> entriesOfInner, () -> null);
    }

    /**
     * Returns the field of the map's key or value, to find the declarations of records about it.
     *
     * @param part {@code key} or {@code value}
     */
    DeclaredField field(String part) {
        if (declared == null || definition == null) {
            return DeclaredField.NONE;
        }
        // An inner map that a slot declares, or a definition of another
        // size, has the entries of the definition that it names.
        String base = definition.definition();
        String name = base == null || definition.role() == MapRole.OUTER ? definition.name() : base;
        return new DeclaredField(declared.meanings(), "map " + name, part);
    }

    private static @Nullable OuterEntryTypes outerTypes(Schema object, MapDef outer) {
        CType key = outer.key();
        EntryTypes inner = outer.definition() == null ? null : entriesOf(object.innerOf(outer));
        return key == null ? null : new OuterEntryTypes(outer.name(), key, inner);
    }

    private static @Nullable EntryTypes entriesOf(MapDef map) {
        CType value = map.value();
        return value == null ? null : new EntryTypes(map.key(), value);
    }

    private static boolean fits(EntryTypes types, MapShape map) {
        CType key = types.key();
        return (key == null ? 0 : key.size()) == map.keySize() && types.value().size() == map.valueSize();
    }

    /** Returns the types of the entries; null if nothing declares them, and for a map of maps. */
    synchronized @Nullable EntryTypes entries() {
        if (!entriesRead) {
            entries = readEntries.get();
            entriesRead = true;
        }
        return entries;
    }

    /** Returns the types of a map of maps; null if nothing declares them, and for any other map. */
    synchronized @Nullable OuterEntryTypes outer() {
        if (!outerRead) {
            outer = readOuter.get();
            outerRead = true;
        }
        return outer;
    }
}
