/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@code struct bpf_object} of libbpf. Its pointer and the pointers of its maps and programs are valid until it is closed. libbpf also
 * makes maps from the structs of {@code SEC(".struct_ops")} and {@code SEC(".struct_ops.link")}.
 *
 * @param pointer the struct
 * @param declared pointers to the declared maps, by their C names
 * @param sections pointers to the maps that libbpf makes from sections of global variables, by the names of the sections
 */
public record NativeObject(LibBpf libbpf, long pointer, Map<String, Long> declared, Map<String, Long> sections) {
    /** The sections whose maps have a part of the object's name before the section's name ({@code internal_map_name} in libbpf.c). */
    private static final List<String> PREFIXED = List.of(GlobalDef.RODATA, GlobalDef.DATA, GlobalDef.BSS);

    /** The beginning of {@code struct bpf_object_open_opts}, whose first member is its size. */
    private static final int OBJECT_NAME = 8;

    private static final int BTF_CUSTOM_PATH = 48;
    private static final int OPTS_SIZE = 56;

    /**
     * Opens an object file.
     *
     * @param name the object's name, which begins the names of the maps of its data sections
     * @param kernelTypes a file with the kernel's types; null for those that the kernel has
     * @param failure returns the exception for an errno of libbpf, a positive number
     */
    public static NativeObject open(
            String name, byte[] elf, @Nullable Path kernelTypes, IntFunction<? extends RuntimeException> failure) {
        LibBpf libbpf = NativeLibraries.libbpf();
        OffHeapBlock bytes = OffHeapBlock.of(elf);
        OffHeapBlock objectName = OffHeapBlock.ofString(name);
        OffHeapBlock types = OffHeapBlock.ofString(kernelTypes == null ? "" : kernelTypes.toString());
        OffHeapBlock opts = OffHeapBlock.allocate(OPTS_SIZE);
        opts.bytes().putLong(0, opts.size());
        opts.bytes().putLong(OBJECT_NAME, objectName.address());
        opts.bytes().putLong(BTF_CUSTOM_PATH, kernelTypes == null ? 0 : types.address());
        try {
            long object = libbpf.bpf_object__open_mem(bytes.address(), elf.length, opts.address());
            int errno = NativeLibraries.errnoOf(object);
            if (errno != 0) {
                throw failure.apply(errno);
            }
            return of(libbpf, object);
        } finally {
            Reference.reachabilityFence(bytes);
            Reference.reachabilityFence(objectName);
            Reference.reachabilityFence(types);
            Reference.reachabilityFence(opts);
        }
    }

    /** An object whose maps have their own names, because no map was replaced by an existing one yet. */
    private static NativeObject of(LibBpf libbpf, long object) {
        Map<String, Long> declared = new LinkedHashMap<>();
        Map<String, Long> sections = new LinkedHashMap<>();
        for (long map : all(previous -> libbpf.bpf_object__next_map(object, previous))) {
            String name = libbpf.bpf_map__name(map);
            if (libbpf.bpf_map__is_internal(map) == 0) {
                declared.put(name, map);
            } else {
                section(name).ifPresent(section -> sections.put(section, map));
            }
        }
        return new NativeObject(libbpf, object, declared, sections);
    }

    /** The section of the map with this name: {@code .bss} for {@code tenant_f.bss}. Empty for other internal maps of libbpf. */
    private static Optional<String> section(String map) {
        return GlobalDef.isDataSection(map)
                ? Optional.of(map)
                : PREFIXED.stream().filter(map::endsWith).findFirst();
    }

    /** Returns pointers to the structs of functions, by their names. */
    public Map<String, Long> structs() {
        Map<String, Long> structs = new TreeMap<>(declared);
        structs.values().removeIf(map -> libbpf.bpf_map__type(map) != MapKind.STRUCT_OPS.number());
        return structs;
    }

    /** Whether the kernel makes a link when this struct is attached. */
    public boolean isLinked(long struct) {
        return (libbpf.bpf_map__map_flags(struct) & MapFlags.LINK) != 0;
    }

    /** Whether one of the structs is attached by a link. */
    public boolean hasLinkedStructs() {
        return structs().values().stream().anyMatch(this::isLinked);
    }

    /** Returns pointers to its programs, in the order of the object file. */
    public List<Long> programs() {
        return all(previous -> libbpf.bpf_object__next_program(pointer, previous));
    }

    private static List<Long> all(LongUnaryOperator next) {
        List<Long> all = new ArrayList<>();
        for (long part = next.applyAsLong(0); part != 0; part = next.applyAsLong(part)) {
            all.add(part);
        }
        return all;
    }

    /** Creates its maps and loads its programs. Returns 0, or libbpf's negative errno. */
    public int load() {
        return libbpf.bpf_object__load(pointer);
    }

    /** Unloads its programs and closes its maps. */
    public void close() {
        libbpf.bpf_object__close(pointer);
    }
}
