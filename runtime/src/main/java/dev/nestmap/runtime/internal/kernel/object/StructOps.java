/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.StructOpsSections;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The structs of {@code SEC(".struct_ops")} and {@code SEC(".struct_ops.link")}, which libbpf makes into maps.
 *
 * @param maps pointers to {@code struct bpf_map}, by the names of the structs
 */
record StructOps(LibBpf libbpf, Map<String, Long> maps) {
    static StructOps of(ObjectMaps maps) {
        LibBpf libbpf = maps.libbpf();
        return new StructOps(
                libbpf,
                maps.declared().entrySet().stream()
                        .filter(map -> libbpf.bpf_map__type(map.getValue()) == MapKind.STRUCT_OPS.number())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
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
            renamed = of(ObjectMaps.of(object)).areLinked() ? null : renamed(name, elf);
            if (renamed == null) {
                return undo.commit(object);
            }
        }
        NativeObject reopened = opener.apply(renamed);
        of(ObjectMaps.of(reopened))
                .maps
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
    static boolean isLinked(LibBpf libbpf, long map) {
        return (libbpf.bpf_map__map_flags(map) & MapFlags.LINK) != 0;
    }

    /** Whether one of the structs is attached by a link. */
    boolean areLinked() {
        return maps.values().stream().anyMatch(map -> isLinked(libbpf, map));
    }

    /** The map of this struct. */
    long map(String operation, String struct) {
        Long map = maps.get(struct);
        if (map == null) {
            throw new BpfException(operation, missing(struct));
        }
        return map;
    }

    private String missing(String struct) {
        return maps.isEmpty()
                ? "the object has no variable in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"): put " + struct
                        + " into one of these sections"
                : "the object has no struct " + struct + " in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"), only "
                        + maps.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
