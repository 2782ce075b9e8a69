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
 * Compares a map with the prototype of an outer map's inner maps, as the kernel does in {@code bpf_map_meta_equal},
 * {@code array_map_meta_equal} and {@code xskmap_map_meta_equal}. Checked on Linux 6.18 and 7.3 for each map type. Newer kernels may accept
 * more.
 */
public final class InnerMapCompatibility {
    private InnerMapCompatibility() {}

    /**
     * Lists the differences that make these kernels reject the map as an inner map, with both values and advice. Empty if they accept it.
     */
    public static Optional<String> difference(MapShape prototype, MapShape map) {
        List<String> differences = new ArrayList<>();
        if (prototype.kind() != map.kind()) {
            differences.add("type " + map.kind() + " instead of " + prototype.kind());
        }
        add(differences, "key size", prototype.keySize(), map.keySize());
        add(differences, "value size", prototype.valueSize(), map.valueSize());
        if (flags(prototype) != flags(map)) {
            differences.add("flags " + MapFlags.expression(flags(map)) + " instead of "
                    + MapFlags.expression(flags(prototype)));
        }
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
            differences.add("kernel-managed fields: " + list(map.managed()) + " instead of "
                    + list(prototype.managed())
                    + " (the kernel finds them in the BTF that a map is created with)");
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", differences));
    }

    /**
     * Whether a map works in the outer map once a kernel accepts it, despite its differences. Accessors need the declared type, sizes and
     * kernel-managed fields. A PERCPU_ARRAY needs the declared length: before Linux 7.1, the kernel accepts others, and programs can read
     * past their end.
     */
    public static boolean isUsable(MapShape prototype, MapShape map) {
        long length = prototype.kind() == MapKind.PERCPU_ARRAY ? map.maxEntries() : prototype.maxEntries();
        return difference(prototype, map.withFlags(prototype.flags()).withMaxEntries(length))
                .isEmpty();
    }

    private static String list(List<ManagedField> fields) {
        return fields.isEmpty()
                ? "none"
                : fields.stream().map(ManagedField::toString).collect(Collectors.joining(", "));
    }

    private static String whyLengthCounts(MapKind kind) {
        return switch (kind) {
            case ARRAY ->
                "the verifier checks indices against the declared length: to let lengths differ, declare the inner map"
                        + " with BPF_F_INNER_MAP";
            case PERCPU_ARRAY ->
                "the verifier checks indices against the declared length, and before Linux 7.1 programs can read past"
                        + " the end of a shorter map: create it with the declared length";
            default -> "the kernel only accepts a " + kind + " of the declared length";
        };
    }

    private static long flags(MapShape shape) {
        return shape.flags() & ~(MapFlags.FD_ACCESS | shape.kind().impliedFlags());
    }

    private static void add(List<String> differences, String what, long expected, long found) {
        if (expected != found) {
            differences.add(what + " " + found + " instead of " + expected);
        }
    }
}
