/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.FindingLocation.Part;
import java.util.Optional;

/**
 * What is demanded of the address of an ARENA: by the kernel ({@code arena_map_alloc} in kernel/bpf/arena.c) that it is that of a page
 * and that the arena ends before the next 4 GiB; by libbpf before 1.4 that it is a number of 32 bits, of which it takes {@code map_extra}.
 */
final class ArenaRules {
    private static final long PAGE = 4096;

    private static final long REACH = 1L << 32;

    private ArenaRules() {}

    static Optional<Finding> check(MapDef map) {
        if (map.kind() != MapKind.ARENA || map.maxEntries() > map.kind().maxEntries()) {
            return Optional.empty();
        }
        long pages = Math.max(1, map.maxEntries()); // at least, where it is said at load
        long highest = REACH - pages * PAGE;
        boolean isAddress = map.extra() % PAGE == 0 && map.extra() >= 0 && map.extra() <= highest;
        return isAddress
                ? Optional.empty()
                : KernelRules.finding(
                        Rule.ARENA_ADDRESS,
                        map,
                        Part.EXTRA,
                        "0x" + Long.toHexString(map.extra()),
                        "0x" + Long.toHexString(highest));
    }
}
