/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.Spot.Part;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes that keys and values of some map types have to have. Other types take any, up to their {@link Limits}. Measured on
 * Linux 6.18 ({@code KernelSizesTest} of the runtime does it again), and there in:
 *
 * <ul>
 *   <li>{@code trie_alloc} (kernel/bpf/lpm_trie.c): 1 to 256 bytes behind the length; of a value {@code KMALLOC_MAX_SIZE - 256 -
 *       sizeof(struct lpm_trie_node)}.
 * </ul>
 */
record EntrySizes(long least, long most, long step) {
    private static final Map<MapKind, EntrySizes> KEYS = Map.of(MapKind.LPM_TRIE, range(5, 260));

    private static final Map<MapKind, EntrySizes> VALUES = Map.of(MapKind.LPM_TRIE, range(1, (4L << 20) - 256 - 24));

    static Optional<Finding> checkKey(MapDef map) {
        EntrySizes sizes = KEYS.get(map.kind());
        if (sizes == null || map.key() == null || sizes.contains(map.key().size())) {
            return Optional.empty();
        }
        Object kind = map.kind().cName();
        return KernelRules.finding(
                Rule.KEY_SIZE_REFUSED, map, Part.KEY, map.key().size(), kind, sizes);
    }

    static Optional<Finding> checkValue(MapDef map) {
        EntrySizes sizes = VALUES.get(map.kind());
        if (sizes == null || map.value() == null || sizes.contains(map.value().size())) {
            return Optional.empty();
        }
        Object kind = map.kind().cName();
        return KernelRules.finding(
                Rule.VALUE_SIZE_REFUSED, map, Part.VALUE, map.value().size(), kind, sizes);
    }

    private static EntrySizes range(long least, long most) {
        return new EntrySizes(least, most, 1);
    }

    private boolean contains(long size) {
        return size >= least && size <= most && size % step == 0;
    }

    /** As it stands in a message: {@code 5 to 260 bytes}. */
    @Override
    public String toString() {
        if (step == 1) {
            return least + " to " + most + " bytes";
        }
        if (least == most) {
            return least + " bytes";
        }
        return least + step == most
                ? least + " or " + most + " bytes"
                : "a multiple of " + step + " bytes up to " + most;
    }
}
