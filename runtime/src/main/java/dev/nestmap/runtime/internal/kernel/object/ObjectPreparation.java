/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import com.kenai.jffi.MemoryIO;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Reference;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Applies a {@link LoadPlan} to an object that libbpf has opened and not loaded yet. */
final class ObjectPreparation {
    private final LibBpf libbpf;
    private final String object;
    private final ObjectMaps maps;
    private final LibbpfLog.Capture log;

    ObjectPreparation(LibBpf libbpf, String object, ObjectMaps maps, LibbpfLog.Capture log) {
        this.libbpf = libbpf;
        this.object = object;
        this.maps = maps;
        this.log = log;
    }

    void apply(LoadPlan plan) {
        // libbpf duplicates the descriptor of a reused map, but not that
        // of a prototype: the prototype must stay open until the load.
        plan.reused()
                .forEach((name, map) -> with(
                        name,
                        "reuse",
                        pointer -> libbpf.bpf_map__reuse_fd(
                                pointer, KernelMap.of(map).fd())));
        plan.prototypes().forEach((name, map) -> {
            // libbpf sets the value size only if the object defines the inner map.
            with(name, "value_size", pointer -> libbpf.bpf_map__set_value_size(pointer, Integer.BYTES));
            with(
                    name,
                    "inner maps",
                    pointer -> libbpf.bpf_map__set_inner_map_fd(
                            pointer, KernelMap.of(map).fd()));
        });
        plan.maxEntries()
                .forEach((name, entries) -> with(
                        name, "max_entries", pointer -> libbpf.bpf_map__set_max_entries(pointer, entries.intValue())));
        maps.declared().values().forEach(this::completePerfArray);
        maps.declared().values().forEach(this::dropEventType);
        // Nestmap makes the pins that the object requests; libbpf would leave them if the load fails later.
        maps.declared().values().forEach(pointer -> libbpf.bpf_map__set_pin_path(pointer, 0));
        plan.notCreated()
                .forEach(name -> with(name, "autocreate", pointer -> libbpf.bpf_map__set_autocreate(pointer, 0)));
        plan.writes().forEach(this::write);
    }

    /** Sets the sizes of a perf event array that states none. The kernel accepts only these, and libbpf, unlike cilium/ebpf, sets none. */
    private void completePerfArray(long map) {
        if (libbpf.bpf_map__type(map) == MapKind.PERF_EVENT_ARRAY.number() && libbpf.bpf_map__key_size(map) == 0) {
            libbpf.bpf_map__set_key_size(map, Integer.BYTES);
            libbpf.bpf_map__set_value_size(map, Integer.BYTES);
        }
    }

    /** Drops the type of a ring buffer's events, which authors state for bpf2go. The kernel accepts no sizes, and libbpf passes them on. */
    private void dropEventType(long map) {
        boolean isRing = MapKind.ofNumber(libbpf.bpf_map__type(map))
                .filter(MapKind::isRing)
                .isPresent();
        if (isRing) {
            libbpf.bpf_map__set_key_size(map, 0);
            libbpf.bpf_map__set_value_size(map, 0);
        }
    }

    /** Changes bytes of a section's initial content. libbpf sets only the whole content, so the other bytes are read first. */
    private void write(LoadPlan.Write write) {
        Long section = maps.sections().get(write.section());
        if (section == null) {
            throw failed(
                    write.section(),
                    "an initial value",
                    0,
                    "libbpf makes no map of this section, only of "
                            + String.join(", ", maps.sections().keySet()));
        }
        Block content = content(write.section(), section);
        content.bytes().put(Math.toIntExact(write.offset()), write.bytes());
        try {
            int result = libbpf.bpf_map__set_initial_value(section, content.address(), content.size());
            if (result < 0) {
                throw failed(write.section(), "an initial value", -result, null);
            }
        } finally {
            Reference.reachabilityFence(content);
        }
    }

    /** A copy of the initial content of a section. */
    private Block content(String name, long section) {
        Block size = Block.allocate(Long.BYTES);
        try {
            long address = libbpf.bpf_map__initial_value(section, size.address());
            if (address == 0) {
                throw failed(name, "an initial value", 0, "libbpf keeps no initial content of this section");
            }
            Block content = Block.allocate(Math.toIntExact(size.bytes().getLong(0)));
            MemoryIO.getInstance().copyMemory(address, content.address(), content.size());
            return content;
        } finally {
            Reference.reachabilityFence(size);
        }
    }

    private void with(String name, String what, ToIntFunction<Long> action) {
        Long pointer = maps.declared().get(name);
        if (pointer == null) {
            throw failed(
                    name,
                    what,
                    0,
                    "the object has no such map, only "
                            + String.join(", ", maps.declared().keySet()));
        }
        int result = action.applyAsInt(pointer);
        if (result < 0) {
            throw failed(name, what, -result, null);
        }
    }

    private BpfException failed(String map, String what, int errno, @Nullable String why) {
        List<String> lines = log.forException();
        return BpfException.of("setting of " + what + " in object " + object)
                .map(map)
                .errno(errno)
                .because(why)
                .log(lines)
                .build();
    }
}
