/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.FindingLocation.Part;
import java.util.Optional;

/**
 * Checks the address of an ARENA. The kernel requires the address of a page, and an arena that does not cross a boundary of 4 GiB
 * ({@code arena_map_alloc} in kernel/bpf/arena.c). libbpf before version 1.4 reads only 32 bits of {@code map_extra}.
 */
final class ArenaRules {
    private static final long REACH = 1L << 32;

    private ArenaRules() {}

    static Optional<Finding> check(MapDef map) {
        if (map.kind() != MapKind.ARENA || map.maxEntries() > map.kind().maxEntries()) {
            return Optional.empty();
        }
        long pages = Math.max(1, map.maxEntries()); // at least 1 if it is set at load time
        long highest = REACH - pages * MapKind.PAGE_SIZE;
        boolean isAddress = map.extra() % MapKind.PAGE_SIZE == 0 && map.extra() >= 0 && map.extra() <= highest;
        return isAddress
                ? Optional.empty()
                : KernelRules.finding(
                        Rule.ARENA_ADDRESS_INVALID,
                        map,
                        Part.EXTRA,
                        "0x" + Long.toHexString(map.extra()),
                        "0x" + Long.toHexString(highest));
    }
}
