/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.StructOpsSections;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.MapInfo;
import dev.nestmap.runtime.internal.kernel.natives.BtfTypeIds;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The maps of an object that libbpf has opened, as pointers to {@code struct bpf_map}. libbpf makes the structs of {@code
 * SEC(".struct_ops")} and {@code SEC(".struct_ops.link")} into maps too.
 *
 * @param declared the declared maps by their C names
 * @param sections the maps that libbpf makes from sections of global variables, by the names of the sections
 */
record ObjectMaps(LibBpf libbpf, Map<String, Long> declared, Map<String, Long> sections) {
    /** The sections whose maps have a part of the object's name before the section's name ({@code internal_map_name} in libbpf.c). */
    private static final List<String> PREFIXED = List.of(GlobalDef.RODATA, GlobalDef.DATA, GlobalDef.BSS);

    /** The maps of an object. Call it before a map is replaced by an existing one, which may have another name. */
    static ObjectMaps of(NativeObject object) {
        LibBpf libbpf = object.libbpf();
        Map<String, Long> declared = new LinkedHashMap<>();
        Map<String, Long> sections = new LinkedHashMap<>();
        for (long map : object.maps()) {
            String name = libbpf.bpf_map__name(map);
            if (name != null && libbpf.bpf_map__is_internal(map) == 0) {
                declared.put(name, map);
            } else if (name != null) {
                section(name).ifPresent(section -> sections.put(section, map));
            }
        }
        return new ObjectMaps(libbpf, declared, sections);
    }

    /** The section of the map with this name: {@code .bss} for {@code tenant_f.bss}. Empty for other internal maps of libbpf. */
    private static Optional<String> section(String map) {
        return GlobalDef.isDataSection(map)
                ? Optional.of(map)
                : PREFIXED.stream().filter(map::endsWith).findFirst();
    }

    /** The loaded maps that this version of Nestmap knows. No accessor can use others. */
    Map<String, RawMap> loaded(Map<String, Long> pointers) {
        Map<String, RawMap> maps = new LinkedHashMap<>();
        pointers.forEach((name, map) -> {
            // Since libbpf 1.4, a map that was not created has a file descriptor too, of another file.
            if (libbpf.bpf_map__autocreate(map) != 0) {
                int fd = libbpf.bpf_map__fd(map);
                if (MapKind.ofNumber(MapInfo.of(fd).type()).isPresent()) {
                    maps.put(name, KernelMap.borrowing(fd, name));
                }
            }
        });
        return Collections.unmodifiableMap(maps);
    }

    /**
     * The types of the declared inner maps, by the name of the outer map. Must be read before the load, because libbpf frees the
     * inner maps when it has created the outer maps.
     */
    Map<String, BtfTypeIds> innerTypes() {
        Map<String, BtfTypeIds> types = new HashMap<>();
        declared.forEach((name, map) -> {
            boolean holdsMaps = MapKind.ofNumber(libbpf.bpf_map__type(map))
                    .filter(MapKind::isMapOfMaps)
                    .isPresent();
            long inner = holdsMaps ? libbpf.bpf_map__inner_map(map) : 0;
            if (inner != 0) {
                types.put(
                        name,
                        new BtfTypeIds(
                                0, libbpf.bpf_map__btf_key_type_id(inner), libbpf.bpf_map__btf_value_type_id(inner)));
            }
        });
        return types;
    }

    /**
     * Opens an object. If libbpf ignores its {@code SEC(".struct_ops.link")}, as versions before 1.2 do, opens it with another name of the
     * section, and sets the flag that distinguishes the maps.
     *
     * @param opener opens an object file with libbpf, and throws if libbpf can't
     */
    static NativeObject open(String name, byte[] elf, Function<byte[], NativeObject> opener) {
        NativeObject object = opener.apply(elf);
        byte[] renamed;
        try (Undo undo = new Undo(object::close)) {
            renamed = of(object).hasLinkedStructs() ? null : renamed(name, elf);
            if (renamed == null) {
                return undo.commit(object);
            }
        }
        NativeObject reopened = opener.apply(renamed);
        of(reopened)
                .structs()
                .values()
                .forEach(map -> reopened.libbpf().bpf_map__set_map_flags(map, (int) MapFlags.LINK));
        return reopened;
    }

    private static byte @Nullable [] renamed(String name, byte[] elf) {
        try {
            return StructOpsSections.withoutLinks(name, elf).orElse(null);
        } catch (MalformedObjectException e) {
            throw BpfException.of("opening of object " + name)
                    .because(e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** Whether the kernel makes a link when this struct is attached. */
    boolean isLinked(long map) {
        return (libbpf.bpf_map__map_flags(map) & MapFlags.LINK) != 0;
    }

    /** Whether one of the structs is attached by a link. */
    boolean hasLinkedStructs() {
        return structs().values().stream().anyMatch(this::isLinked);
    }

    /** The maps of structs of functions, by the names of the structs. */
    private Map<String, Long> structs() {
        Map<String, Long> structs = new TreeMap<>(declared);
        structs.values().removeIf(map -> libbpf.bpf_map__type(map) != MapKind.STRUCT_OPS.number());
        return structs;
    }

    /** The map of this struct. */
    long struct(String operation, String struct) {
        Map<String, Long> structs = structs();
        Long map = structs.get(struct);
        if (map != null) {
            return map;
        }
        throw new BpfException(
                operation,
                structs.isEmpty()
                        ? "the object has no variable in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"): put "
                                + struct + " into one of these sections"
                        : "the object has no struct " + struct
                                + " in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"), only "
                                + String.join(", ", structs.keySet()));
    }
}
