/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes a map of the running kernel as a schema text, as far as the kernel knows its declaration. */
public final class LiveSchema {
    private LiveSchema() {}

    /**
     * Describes a map and its inner maps. Names are cut to the 15 characters that the kernel keeps. Types without BTF are bytes. An empty
     * outer map has no definition of its inner maps.
     *
     * @param id the kernel's id of the map
     * @return the schema text; null if no map has this id
     * @throws BpfException if the kernel rejects the operation, which requires CAP_SYS_ADMIN
     */
    public static @Nullable String ofId(int id) {
        OpenMap map = ObjectLoader.open(id);
        return map == null ? null : closing(map);
    }

    /**
     * Describes a pinned map and its inner maps, as {@link #ofId} does.
     *
     * @param pin path of the pin; a relative path is below {@code /sys/fs/bpf}
     * @return the schema text; null if nothing is pinned there
     * @throws BpfException if the kernel rejects the operation, or if the pin is not a map. Reading BTF requires CAP_SYS_ADMIN
     */
    public static @Nullable String ofPin(Path pin) {
        OpenMap map = ObjectLoader.open(pin, MapAccess.READ_ONLY, PinOptions.asDeclared());
        return map == null ? null : closing(map);
    }

    private static String closing(OpenMap map) {
        try {
            List<MapDef> maps = map.shape().kind().isMapOfMaps() ? outer(map) : List.of(plain(map));
            Set<NamedType> types = new LinkedHashSet<>();
            maps.forEach(each -> types.addAll(each.types()));
            types.removeIf(type -> type.name().isEmpty());
            return SchemaText.print(new Schema("", map.shape().name(), List.of(), List.copyOf(types), maps));
        } finally {
            map.close();
        }
    }

    private static MapDef plain(OpenMap map) {
        EntryCTypes types = map.types();
        MapShape shape = map.shape();
        return definition(
                shape.name(),
                MapRole.PLAIN,
                shape,
                types == null ? null : types.key(),
                types == null ? null : types.value(),
                null);
    }

    private static List<MapDef> outer(OpenMap map) {
        List<MapDef> maps = new ArrayList<>();
        OuterEntryCTypes types = map.outerTypes();
        String name = types == null ? map.shape().name() : types.name();
        OpenMap inner = firstInner(map);
        if (inner != null) {
            try {
                EntryCTypes own = inner.types();
                EntryCTypes entries = own == null && types != null ? types.inner() : own;
                maps.add(definition(
                        name + ".inner",
                        MapRole.INNER,
                        inner.shape(),
                        entries == null ? null : entries.key(),
                        entries == null ? null : entries.value(),
                        null));
            } finally {
                inner.close();
            }
        }
        maps.add(definition(
                name,
                MapRole.OUTER,
                map.shape(),
                types == null ? null : types.key(),
                null,
                inner == null ? null : name + ".inner"));
        return maps;
    }

    private static @Nullable OpenMap firstInner(OpenMap outer) {
        UntypedMap.Owned map = UntypedMap.open(outer.id());
        if (map == null) {
            return null;
        }
        List<Integer> ids = new ArrayList<>();
        try (map) {
            map.forEach(entry -> {
                if (ids.isEmpty()) {
                    ids.add(ByteBuffer.wrap(entry.value().toBytes())
                            .order(ByteOrder.nativeOrder())
                            .getInt());
                }
            });
        }
        return ids.isEmpty() ? null : ObjectLoader.open(ids.get(0));
    }

    private static MapDef definition(
            String name,
            MapRole role,
            MapShape shape,
            @Nullable CType key,
            @Nullable CType value,
            @Nullable String inner) {
        MapKind kind = shape.kind();
        return new MapDef(
                        name,
                        role,
                        kind,
                        shape.maxEntries(),
                        shape.flags() & ~kind.impliedFlags(),
                        sized(key, shape.keySize(), "key"),
                        role == MapRole.OUTER ? null : sized(value, shape.valueSize(), "value"),
                        inner)
                .withExtra(shape.extra())
                .withNumaNode(shape.numaNode());
    }

    /** Returns the type if it has the size that the map has; otherwise bytes of this size. */
    private static @Nullable CType sized(@Nullable CType type, int size, String what) {
        if (size == 0) {
            return null;
        }
        return type != null && type.size() == size ? type : new OpaqueType(size, 1, what + " declared by its size");
    }
}
