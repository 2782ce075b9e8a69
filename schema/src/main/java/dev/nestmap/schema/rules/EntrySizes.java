/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.Amount;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.FindingLocation.Part;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes that keys and values of some map types have to have. Other types take any, up to their {@link Limits}. Measured on
 * Linux 6.18 ({@code KernelSizesTest} of the runtime does it again), and there in:
 *
 * <ul>
 *   <li>{@code trie_alloc} (kernel/bpf/lpm_trie.c): 1 to 256 bytes behind the length; of a value {@code KMALLOC_MAX_SIZE - 256 -
 *       sizeof(struct lpm_trie_node)}.
 *   <li>{@code dev_map_init_map} (devmap.c), {@code cpu_map_alloc} (cpumap.c), {@code sock_map_alloc} and {@code
 *       sock_hash_alloc} (net/core/sock_map.c), {@code reuseport_array_alloc_check}, {@code xsk_map_alloc} (net/xdp/xskmap.c), {@code
 *       fd_array_map_alloc_check} (arraymap.c): one or two numbers.
 *   <li>{@code stack_map_alloc} (stackmap.c): addresses, or {@code struct bpf_stack_build_id} with its flag.
 * </ul>
 */
record EntrySizes(long least, long most, long step) {
    private static final EntrySizes ONE_OR_TWO_NUMBERS = new EntrySizes(4, 8, 4);

    /** As deep as {@code kernel.perf_event_max_stack} allows, which is 127 unless somebody has changed it. */
    private static final int DEPTH = 127;

    private static final EntrySizes ADDRESSES = new EntrySizes(8, 8 * DEPTH, 8);

    private static final EntrySizes BUILD_IDS = new EntrySizes(32, 32 * DEPTH, 32);

    private static final Map<MapKind, EntrySizes> KEYS =
            Map.of(MapKind.LPM_TRIE, range(5, 260), MapKind.SOCKHASH, range(1, 512));

    private static final Map<MapKind, EntrySizes> VALUES = Map.ofEntries(
            Map.entry(MapKind.LPM_TRIE, range(1, (4L << 20) - 256 - 24)),
            Map.entry(MapKind.DEVMAP, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.DEVMAP_HASH, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.CPUMAP, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.SOCKMAP, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.SOCKHASH, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.REUSEPORT_SOCKARRAY, ONE_OR_TWO_NUMBERS),
            Map.entry(MapKind.XSKMAP, range(4, 4)),
            Map.entry(MapKind.CGROUP_ARRAY, range(4, 4)),
            Map.entry(MapKind.PERF_EVENT_ARRAY, range(4, 4)),
            Map.entry(MapKind.PROG_ARRAY, range(4, 4)));

    static Optional<Finding> checkKey(MapDef map) {
        EntrySizes sizes = KEYS.get(map.kind());
        if (sizes == null || map.key() == null || sizes.contains(map.key().size())) {
            return Optional.empty();
        }
        Object kind = map.kind().cName();
        return KernelRules.finding(
                Rule.KEY_SIZE_REFUSED, map, Part.KEY, Amount.of(map.key().size(), "byte"), kind, sizes);
    }

    static Optional<Finding> checkValue(MapDef map) {
        EntrySizes sizes = map.kind() == MapKind.STACK_TRACE ? ofStacks(map) : VALUES.get(map.kind());
        if (sizes == null
                || map.value() == null
                || map.isStream()
                || sizes.contains(map.value().size())) {
            return Optional.empty();
        }
        Object kind = map.kind().cName();
        return KernelRules.finding(
                Rule.VALUE_SIZE_REFUSED, map, Part.VALUE, Amount.of(map.value().size(), "byte"), kind, sizes);
    }

    private static EntrySizes ofStacks(MapDef map) {
        return (map.flags() & MapFlags.STACK_BUILD_ID) == 0 ? ADDRESSES : BUILD_IDS;
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
        if (least == most) {
            return least + " bytes";
        }
        if (step == 1) {
            return least + " to " + most + " bytes";
        }
        return least + step == most
                ? least + " or " + most + " bytes"
                : least + ", " + (least + step) + ", ... or " + most + " bytes";
    }
}
