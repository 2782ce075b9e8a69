/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.btf.LoadedBtfTypes;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfoReader;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapDef;
import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the types of maps, from the BTF that a map was created with or that declares it ({@code struct bpf_btf_info} of {@code linux/bpf.h}). */
final class MapBtfReader {
    private static final int INFO_SIZE = 32;
    private static final int SIZE_AT = 8;

    /**
     * The types that were read last. The inner maps of an outer map often share their BTF, and reading it takes longer than all other
     * system calls for such a map. The kernel reuses an id only after 2^31-1 others ({@code idr_alloc_cyclic}).
     */
    private static final Map<TypeIds, EntryCTypes> RECENT = new LinkedHashMap<>();

    private static final int MOST_RECENT = 64;

    /** Numbers of types in a BTF; 0 for a map without keys. */
    private record TypeIds(int btf, int key, int value) {}

    private MapBtfReader() {}

    /** The BTF types of the map with this file descriptor; null if it was created without BTF. */
    static @Nullable EntryCTypes typesOf(int mapFd) {
        MapInfo map = MapInfo.of(mapFd);
        if (map.valueTypeId() == 0) {
            return null;
        }
        TypeIds ids = new TypeIds(map.btfId(), map.keyTypeId(), map.valueTypeId());
        synchronized (RECENT) {
            EntryCTypes known = RECENT.get(ids);
            if (known != null) {
                return known;
            }
        }
        EntryCTypes types = read(ids, "reading of the BTF of map " + map.name());
        synchronized (RECENT) {
            if (RECENT.size() >= MOST_RECENT) {
                RECENT.remove(RECENT.keySet().iterator().next());
            }
            RECENT.put(ids, types);
        }
        return types;
    }

    private static EntryCTypes read(TypeIds ids, String operation) {
        try {
            LoadedBtfTypes types = open(ids.btf, operation);
            return new EntryCTypes(ids.key == 0 ? null : types.type(ids.key), types.type(ids.value));
        } catch (MalformedObjectException e) {
            throw BpfException.of(Reason.MISMATCH, operation).cause(e).because(e.getMessage());
        }
    }

    /**
     * Reads the BTF with this id.
     *
     * @param operation the operation for messages, as a noun
     * @throws MalformedObjectException if the kernel has accepted BTF that this reader rejects
     */
    static LoadedBtfTypes open(int id, String operation) {
        try (Descriptor btf = new Descriptor(NativeLibraries.libbpf().bpf_btf_get_fd_by_id(id))) {
            if (btf.fd() < 0) {
                String why = btf.fd() == -ErrnoNumbers.EPERM
                        ? LinuxCapability.denied("reading BTF requires CAP_SYS_ADMIN", LinuxCapability.CAP_SYS_ADMIN)
                        : null;
                throw BpfException.of(-btf.fd(), operation).because(why);
            }
            return LoadedBtfTypes.parse("BTF with id " + id, read(btf.fd()));
        }
    }

    private static byte[] read(int fd) {
        OffHeapBlock info = ObjectInfoReader.read(fd, INFO_SIZE, "BTF");
        int size = info.bytes().getInt(SIZE_AT);
        OffHeapBlock data = OffHeapBlock.allocate(size);
        OffHeapBlock request = OffHeapBlock.allocate(INFO_SIZE + Integer.BYTES);
        request.bytes().putLong(0, data.address()).putInt(SIZE_AT, size);
        try {
            ObjectInfoReader.read(fd, request, INFO_SIZE, "BTF");
            byte[] bytes = new byte[size];
            data.bytes().get(0, bytes);
            return bytes;
        } finally {
            Reference.reachabilityFence(data);
        }
    }

    /**
     * The declarations that a map of maps can have. The kernel has no types of this map, because libbpf does not pass them ({@code
     * bpf_object__create_map}), and only 15 characters of its name. But the programs that use it and its inner maps have the BTF of the whole
     * object, which contains the declaration. Empty if neither a loaded program nor its first inner map declares it.
     */
    static List<OuterEntryCTypes> outerTypesOf(KernelMap outer) {
        List<OuterEntryCTypes> types = inPrograms(outer.shape(), outer.id());
        return types.isEmpty() ? inFirstInner(outer) : types;
    }

    private static List<OuterEntryCTypes> inFirstInner(KernelMap outer) {
        int idAt = Alignment.align(outer.shape().keySize());
        OffHeapBlock block = OffHeapBlock.allocate(idAt + Integer.BYTES);
        if (outer.nextKey(block, -1, 0) != 0 || outer.lookup(block, 0, idAt) != 0) {
            return List.of(); // an ARRAY_OF_MAPS with an empty first slot tells nothing either
        }
        int id = block.bytes().getInt(idAt);
        try (Descriptor inner = new Descriptor(NativeLibraries.libbpf().bpf_map_get_fd_by_id(id))) {
            return inner.fd() < 0 ? List.of() : declarationsIn(inner.fd(), outer.shape());
        }
    }

    /** The declarations of a map of maps in the BTF of an inner map, or of their prototype. */
    static List<OuterEntryCTypes> declarationsIn(int innerFd, MapShape outer) {
        int btf = MapInfo.of(innerFd).btfId();
        return btf == 0 ? List.of() : declarations(outer, btf);
    }

    private static List<OuterEntryCTypes> inPrograms(MapShape map, int id) {
        return KernelMapUsers.programsUsing(id)
                .map(ProgramInfo::btfId)
                .filter(btf -> btf != 0)
                .distinct()
                .map(btf -> declarations(map, btf))
                .filter(declarations -> !declarations.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<OuterEntryCTypes> declarations(MapShape map, int btfId) {
        List<MapDef> maps;
        try {
            maps = open(btfId, "reading of the BTF that may declare map " + map.name())
                    .maps();
        } catch (MalformedObjectException e) {
            return List.of(); // the BTF declares maps that this version of Nestmap does not know
        }
        return maps.stream()
                .filter(candidate -> isDeclarationOf(candidate, map))
                .map(outer -> new OuterEntryCTypes(
                        outer.name(), Objects.requireNonNull(outer.key(), "an outer map has keys"), inner(maps, outer)))
                .toList();
    }

    private static boolean isDeclarationOf(MapDef candidate, MapShape map) {
        return candidate.kind() == map.kind()
                && candidate.key() != null
                && candidate.keySize() == map.keySize()
                && MapShape.kernelName(candidate.name()).equals(map.name());
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
