/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether the kernel takes a map as an inner map: {@code bpf_map_meta_equal}, {@code array_map_meta_equal} and, for
 * {@code xskmap_map_meta_equal}, the like. Tried on Linux 6.18 for each type.
 */
public final class ShapeComparison {
    private ShapeComparison() {}

    /**
     * What makes a map unfit for an outer map that holds maps like {@code prototype}, with both values, and what to do about
     * it; empty when it fits.
     */
    public static Optional<String> difference(MapShape prototype, MapShape map) {
        List<String> differences = new ArrayList<>();
        if (prototype.kind() != map.kind()) {
            differences.add("type " + map.kind() + " instead of " + prototype.kind());
        }
        add(differences, "key size", prototype.keySize(), map.keySize());
        add(differences, "value size", prototype.valueSize(), map.valueSize());
        add(differences, "flags", flags(prototype), flags(map));
        if (prototype.kind() == map.kind()
                && !prototype.isSizeOpen()
                && prototype.maxEntries() != map.maxEntries()
                && prototype.kind().fixesLength(prototype.flags())) {
            add(differences, "max_entries", prototype.maxEntries(), map.maxEntries());
            differences.set(
                    differences.size() - 1,
                    differences.get(differences.size() - 1) + " (" + whyLengthCounts(prototype.kind()) + ")");
        }
        if (prototype.managed() != null
                && map.managed() != null
                && !prototype.managed().equals(map.managed())) {
            differences.add("fields that the kernel manages: " + list(map.managed()) + " instead of "
                    + list(prototype.managed())
                    + " (the kernel knows them by BTF, which a map gets when it is created)");
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", differences));
    }

    private static String list(List<ManagedField> fields) {
        return fields.isEmpty()
                ? "none"
                : fields.stream().map(ManagedField::toString).collect(Collectors.joining(", "));
    }

    private static String whyLengthCounts(MapKind kind) {
        return switch (kind) {
            case ARRAY ->
                "programs check an index against the declared length: to let lengths differ, declare the inner map with"
                        + " BPF_F_INNER_MAP";
            case PERCPU_ARRAY ->
                "programs check an index against the declared length, and kernels before 7.1 let them read past the end of"
                        + " a shorter map: make it as long as it is declared";
            default -> "the kernel takes " + kind + "s of the declared length only";
        };
    }

    private static long flags(MapShape shape) {
        return shape.flags() & ~(MapFlags.OF_DESCRIPTOR | shape.kind().impliedFlags());
    }

    private static void add(List<String> differences, String what, long expected, long found) {
        if (expected != found) {
            differences.add(what + " " + found + " instead of " + expected);
        }
    }
}
