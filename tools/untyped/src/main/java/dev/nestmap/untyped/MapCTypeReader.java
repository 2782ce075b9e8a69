/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.types.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The C types of a map without a record. Reads them once, at the first use: they never change, and reading them takes several system calls.
 */
final class MapCTypeReader {
    private final Supplier<@Nullable EntryCTypes> readEntries;
    private final Supplier<@Nullable OuterEntryCTypes> readOuter;
    private @Nullable EntryCTypes entries;
    private @Nullable OuterEntryCTypes outer;
    private final boolean isDeclared;
    private boolean entriesRead;
    private boolean outerRead;

    /** @param isDeclared whether the schema of an object or of records declares the map, and not only the kernel */
    private MapCTypeReader(
            boolean isDeclared,
            Supplier<@Nullable EntryCTypes> readEntries,
            Supplier<@Nullable OuterEntryCTypes> readOuter) {
        this.isDeclared = isDeclared;
        this.readEntries = readEntries;
        this.readOuter = readOuter;
    }

    /**
     * Returns the types from the kernel.
     *
     * @param pin the name of the map's pin, which chooses between declarations whose names begin alike; null if the map has none
     * @param declared the types of the entries if the map has no BTF and the sizes match; null if nothing declares them
     */
    static MapCTypeReader inKernel(OpenMap map, @Nullable String pin, @Nullable EntryCTypes declared) {
        EntryCTypes otherwise = declared != null && fits(declared, map.shape()) ? declared : null;
        return new MapCTypeReader(
                false,
                () -> {
                    EntryCTypes own = map.types();
                    return own == null ? otherwise : own;
                },
                () -> chosen(map.outerTypes(), map.shape().name(), pin));
    }

    /** The key of an outer map without a program and with empty slots, as the BTF of a sample of its inner maps declares it; null if not. */
    static @Nullable CType keyOf(MapShape outer, OpenMap sample, @Nullable String pin) {
        OuterEntryCTypes declared = chosen(sample.declarationsOf(outer), outer.name(), pin);
        return declared == null ? null : declared.key();
    }

    /** The declaration of a map; null if the kernel's part of its name does not tell which of several it has, and their types differ. */
    private static @Nullable OuterEntryCTypes chosen(
            List<OuterEntryCTypes> declarations, String name, @Nullable String pin) {
        if (declarations.size() == 1) {
            return declarations.get(0);
        }
        Optional<OuterEntryCTypes> pinned = declarations.stream()
                .filter(declaration -> declaration.name().equals(pin))
                .findFirst();
        List<OuterEntryCTypes> types = declarations.stream()
                .map(declaration -> new OuterEntryCTypes(name, declaration.key(), declaration.inner()))
                .distinct()
                .toList();
        return pinned.orElse(types.size() == 1 ? types.get(0) : null);
    }

    /** Returns the types that an object file declares for one of its maps. */
    static MapCTypeReader inObject(Schema object, String name) {
        MapDef map = object.map(name).orElse(null);
        if (map == null) {
            return new MapCTypeReader(false, () -> null, () -> null);
        }
        return map.role() == MapRole.OUTER
                ? new MapCTypeReader(true, () -> null, () -> outerTypes(object, map))
                : new MapCTypeReader(true, () -> entriesOf(map), () -> null);
    }

    /** Returns the types of an inner map. Declarations of an object or of records precede types from the kernel. */
    MapCTypeReader ofInner(OpenMap inner) {
        OuterEntryCTypes own = outer();
        EntryCTypes entriesOfInner = own == null ? null : own.inner();
        if (!isDeclared || entriesOfInner == null || !fits(entriesOfInner, inner.shape())) {
            return inKernel(inner, null, entriesOfInner);
        }
        return new MapCTypeReader(true, () -> entriesOfInner, () -> null);
    }

    /** Decodes a key; null if nothing declares keys of this size. */
    @Nullable
    BtfValue decodeKey(ByteString key) {
        CType type = key();
        return type == null || type.size() != key.size() ? null : BtfValue.of(type, key, 0);
    }

    private static @Nullable OuterEntryCTypes outerTypes(Schema object, MapDef outer) {
        CType key = outer.key();
        EntryCTypes inner = outer.definition() == null ? null : entriesOf(object.innerOf(outer));
        return key == null ? null : new OuterEntryCTypes(outer.name(), key, inner);
    }

    private static @Nullable EntryCTypes entriesOf(MapDef map) {
        CType value = map.value();
        return value == null ? null : new EntryCTypes(map.key(), value);
    }

    private static boolean fits(EntryCTypes types, MapShape map) {
        CType key = types.key();
        return (key == null ? 0 : key.size()) == map.keySize() && types.value().size() == map.valueSize();
    }

    /** Returns the types of the entries; null if nothing declares them, and for a map of maps. */
    synchronized @Nullable EntryCTypes entries() {
        if (!entriesRead) {
            entries = readEntries.get();
            entriesRead = true;
        }
        return entries;
    }

    /** Returns the types of a map of maps; null if nothing declares them, and for any other map. */
    synchronized @Nullable OuterEntryCTypes outer() {
        if (!outerRead) {
            outer = readOuter.get();
            outerRead = true;
        }
        return outer;
    }

    /** Returns the type of the keys; null if nothing declares it. */
    @Nullable
    CType key() {
        OuterEntryCTypes asOuter = outer();
        EntryCTypes asPlain = asOuter == null ? entries() : null;
        return asOuter != null ? asOuter.key() : asPlain == null ? null : asPlain.key();
    }
}
