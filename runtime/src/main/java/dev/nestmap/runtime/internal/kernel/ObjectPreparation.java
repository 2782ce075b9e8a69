/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Applies a {@link LoadPlan} to an object that libbpf has opened and not loaded yet. */
final class ObjectPreparation {
    private final Native.LibBpf libbpf;
    private final String object;
    private final Map<String, Long> maps;
    private final LibbpfLog.Capture log;

    ObjectPreparation(Native.LibBpf libbpf, String object, Map<String, Long> maps, LibbpfLog.Capture log) {
        this.libbpf = libbpf;
        this.object = object;
        this.maps = maps;
        this.log = log;
    }

    void apply(LoadPlan plan) {
        // libbpf duplicates the descriptor of a reused map, but not that of a prototype: the prototype must stay
        // open until the load.
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
    }

    private void with(String name, String what, ToIntFunction<Long> action) {
        Long pointer = maps.get(name);
        if (pointer == null) {
            throw failed(name, what, 0, "the object has no such map, only " + String.join(", ", maps.keySet()));
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
