/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the kernel takes a map as an inner map ({@code bpf_map_meta_equal} and {@code array_map_meta_equal}). */
public final class ShapeComparison {
    /** {@code BPF_F_INNER_MAP}: arrays of any length fit. */
    static final long INNER_MAP = 1L << 12;

    /** {@code BPF_F_RDONLY} and {@code BPF_F_WRONLY}: of the descriptor, not of the map. */
    static final long DESCRIPTOR_FLAGS = 1L << 3 | 1L << 4;

    private ShapeComparison() {}

    /** What makes a map unfit for an outer map that holds maps like {@code prototype}; empty when it fits. */
    public static Optional<String> difference(MapShape prototype, MapShape map) {
        List<String> differences = new ArrayList<>();
        if (prototype.kind() != map.kind()) {
            differences.add("type " + map.kind() + " instead of " + prototype.kind());
        }
        add(differences, "key size", prototype.keySize(), map.keySize());
        add(differences, "value size", prototype.valueSize(), map.valueSize());
        add(differences, "flags", prototype.flags() & ~DESCRIPTOR_FLAGS, map.flags() & ~DESCRIPTOR_FLAGS);
        if (prototype.kind() == MapKind.ARRAY && (prototype.flags() & INNER_MAP) == 0) {
            add(differences, "max_entries", prototype.maxEntries(), map.maxEntries());
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", differences));
    }

    private static void add(List<String> differences, String what, long expected, long found) {
        if (expected != found) {
            differences.add(what + " " + found + " instead of " + expected);
        }
    }
}
