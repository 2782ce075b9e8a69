/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.ViolationLocation.Part;
import java.util.Optional;

/** Checks the address of an ARENA. */
final class ArenaAddressRule {
    /** Programs keep only the lower 32 bits of a pointer to an arena. */
    private static final long REACH = 1L << 32;

    private ArenaAddressRule() {}

    /**
     * The kernel requires the address of a page, and an arena that crosses no multiple of 4 GiB ({@code arena_map_alloc} in
     * kernel/bpf/arena.c).
     */
    static Optional<RuleViolation> address(MapDef map) {
        long start = map.extra() & -REACH;
        return check(
                map,
                start,
                "the arena crosses no multiple of 4 GiB (ERANGE)",
                "from " + hex(start) + " to " + hex(last(map, start)));
    }

    /** libbpf before version 1.4 reads only 32 bits of {@code map_extra}. */
    static Optional<RuleViolation> addressForLibbpf(MapDef map) {
        return check(
                map,
                0,
                "the whole arena is below 4 GiB (libbpf before 1.4 reads only 32 bits)",
                "up to " + hex(last(map, 0)));
    }

    /** @param start the multiple of 4 GiB at which addresses begin */
    private static Optional<RuleViolation> check(MapDef map, long start, String required, String addresses) {
        if (map.kind() != MapKind.ARENA || map.maxEntries() > map.kind().maxEntries()) {
            return Optional.empty();
        }
        boolean isAddress =
                map.extra() % MapKind.PAGE_SIZE == 0 && Long.compareUnsigned(map.extra(), last(map, start)) <= 0;
        return isAddress
                ? Optional.empty()
                : KernelRules.finding(
                        Rule.ARENA_ADDRESS_INVALID, map, Part.EXTRA, hex(map.extra()), required, addresses);
    }

    /** The last address from which the arena ends within 4 GiB. It has at least one page if its size is set at load time. */
    private static long last(MapDef map, long start) {
        return start + REACH - Math.max(1, map.maxEntries()) * MapKind.PAGE_SIZE;
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
