/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.MapInfo;
import dev.nestmap.runtime.internal.kernel.natives.BtfTypeIds;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapKind;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The maps of an object that libbpf has opened, as pointers to {@code struct bpf_map}.
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
}
