/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapDef;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the declaration of a map of maps. The kernel has no types of this map, because libbpf does not pass them ({@code
 * bpf_object__create_map}). But the programs that use it and its inner maps have the BTF of the whole object, which contains the
 * declaration.
 */
final class OuterDeclarationFinder {
    /** The kernel keeps that many characters of a map's name. */
    private static final int NAME_LENGTH = 15;

    private OuterDeclarationFinder() {}

    /** The declared types of a map of maps. Null if neither a loaded program nor its first inner map declares it. */
    static @Nullable OuterEntryCTypes of(KernelMap outer) {
        OuterEntryCTypes types = inPrograms(outer.shape(), outer.id());
        return types == null ? inFirstInner(outer) : types;
    }

    private static @Nullable OuterEntryCTypes inFirstInner(KernelMap outer) {
        int idAt = Alignment.align(outer.shape().keySize());
        OffHeapBlock block = OffHeapBlock.allocate(idAt + Integer.BYTES);
        if (outer.nextKey(block, -1, 0) != 0 || outer.lookup(block, 0, idAt) != 0) {
            return null; // an ARRAY_OF_MAPS with an empty first slot tells nothing either
        }
        int fd = NativeLibraries.libbpf().bpf_map_get_fd_by_id(block.bytes().getInt(idAt));
        if (fd < 0) {
            return null;
        }
        try {
            int btf = MapInfo.of(fd).btfId();
            return btf == 0 ? null : declaration(outer.shape(), btf);
        } finally {
            NativeLibraries.libc().close(fd);
        }
    }

    private static @Nullable OuterEntryCTypes inPrograms(MapShape map, int id) {
        return KernelIds.programsUsing(id)
                .map(ProgramInfo::btfId)
                .filter(btf -> btf != 0)
                .distinct()
                .map(btf -> declaration(map, btf))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable OuterEntryCTypes declaration(MapShape map, int btfId) {
        List<MapDef> maps;
        try {
            maps = MapBtfReader.open(btfId, "reading of the BTF that may declare map " + map.name())
                    .maps();
        } catch (MalformedObjectException e) {
            return null; // the BTF declares maps that this version of Nestmap does not know
        }
        return maps.stream()
                .filter(candidate -> isDeclarationOf(candidate, map))
                .findFirst()
                .map(outer -> new OuterEntryCTypes(
                        outer.name(), Objects.requireNonNull(outer.key(), "an outer map has keys"), inner(maps, outer)))
                .orElse(null);
    }

    private static boolean isDeclarationOf(MapDef candidate, MapShape map) {
        String name = candidate.name();
        return candidate.kind() == map.kind()
                && candidate.key() != null
                && candidate.keySize() == map.keySize()
                && name.substring(0, Math.min(name.length(), NAME_LENGTH)).equals(map.name());
    }

    private static @Nullable EntryCTypes inner(List<MapDef> maps, MapDef outer) {
        Optional<MapDef> inner = maps.stream()
                .filter(map -> map.name().equals(outer.definition()))
                .findFirst();
        return inner.filter(map -> map.value() != null)
                .map(map -> new EntryCTypes(map.key(), Objects.requireNonNull(map.value())))
                .orElse(null);
    }
}
