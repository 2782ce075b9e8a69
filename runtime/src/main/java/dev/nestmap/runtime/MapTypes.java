/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterTypes;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The C types of a map without a record. Reads them once, when they are first needed: they never change, and reading them takes several
 * system calls.
 */
final class MapTypes {
    private final Supplier<@Nullable EntryTypes> readEntries;
    private final Supplier<@Nullable OuterTypes> readOuter;
    private @Nullable EntryTypes entries;
    private @Nullable OuterTypes outer;
    private final boolean declared;
    private boolean entriesRead;
    private boolean outerRead;

    private MapTypes(
            boolean declared, Supplier<@Nullable EntryTypes> readEntries, Supplier<@Nullable OuterTypes> readOuter) {
        this.declared = declared;
        this.readEntries = readEntries;
        this.readOuter = readOuter;
    }

    /**
     * The types that the kernel knows.
     *
     * @param declared the types of the entries if the map itself has no BTF, and if they have the sizes of its keys and values; null if
     *     nothing declares them
     */
    static MapTypes inKernel(LeasedMap map, @Nullable EntryTypes declared) {
        EntryTypes otherwise = declared != null && fits(declared, map.shape()) ? declared : null;
        return new MapTypes(
                false,
                () -> {
                    EntryTypes own = map.types();
                    return own == null ? otherwise : own;
                },
                map::outerTypes);
    }

    /** The types that an object file declares for one of its maps. */
    static MapTypes inObject(Schema object, String name) {
        MapDef map = object.map(name).orElse(null);
        if (map == null) {
            return new MapTypes(true, () -> null, () -> null);
        }
        return map.role() == MapRole.OUTER
                ? new MapTypes(true, () -> null, () -> outerTypes(object, map))
                : new MapTypes(true, () -> entriesOf(map), () -> null);
    }

    /** The types of an inner map. A declaration by an object or by records precedes what the kernel knows. */
    MapTypes ofInner(LeasedMap inner) {
        OuterTypes own = outer();
        EntryTypes entriesOfInner = own == null ? null : own.inner();
        return declared && entriesOfInner != null && fits(entriesOfInner, inner.shape())
                ? new MapTypes(true, () -> entriesOfInner, () -> null)
                : inKernel(inner, entriesOfInner);
    }

    private static @Nullable OuterTypes outerTypes(Schema object, MapDef outer) {
        CType key = outer.key();
        EntryTypes inner = outer.definition() == null ? null : entriesOf(object.innerOf(outer));
        return key == null ? null : new OuterTypes(outer.name(), key, inner);
    }

    private static @Nullable EntryTypes entriesOf(MapDef map) {
        CType value = map.value();
        return value == null ? null : new EntryTypes(map.key(), value);
    }

    private static boolean fits(EntryTypes types, MapShape map) {
        CType key = types.key();
        return (key == null ? 0 : key.size()) == map.keySize() && types.value().size() == map.valueSize();
    }

    /** The types of the entries; null if nothing declares them, and for a map of maps. */
    synchronized @Nullable EntryTypes entries() {
        if (!entriesRead) {
            entries = readEntries.get();
            entriesRead = true;
        }
        return entries;
    }

    /** The types of a map of maps; null if nothing declares them, and for any other map. */
    synchronized @Nullable OuterTypes outer() {
        if (!outerRead) {
            outer = readOuter.get();
            outerRead = true;
        }
        return outer;
    }
}
