/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Tells libbpf of an object that is open and not loaded what its file does not say. */
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
        // libbpf keeps a descriptor of its own of a map that is reused, but not of a prototype: that stays open till
        // the load.
        plan.reused()
                .forEach((name, map) -> with(
                        name,
                        "reuse",
                        pointer -> libbpf.bpf_map__reuse_fd(
                                pointer, KernelMap.of(map).fd())));
        plan.prototypes().forEach((name, map) -> {
            // Set by libbpf itself only where the object says what the map holds.
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
            throw failed(name, what, 0, "the object has no such map, it has " + String.join(", ", maps.keySet()));
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
