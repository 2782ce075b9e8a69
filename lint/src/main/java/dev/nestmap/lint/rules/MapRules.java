/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.List;

/** Collects the rules that one map breaks. */
abstract class MapRules {
    final MapDef map;
    final MapKind kind;
    final List<RuleViolation> findings = new ArrayList<>();

    MapRules(MapDef map) {
        this.map = map;
        this.kind = map.kind();
    }

    final void find(Rule rule, Part part, Object... further) {
        findings.add(RuleViolation.of(rule, map, part, further));
    }

    /** Whether it is a ring buffer whose size is known. */
    final boolean isSizedRing() {
        return kind.isRing() && map.maxEntries() != 0;
    }

    /** Whether the kernel accepts the size of a ring buffer: whole pages, in a power of two ({@code ringbuf_map_alloc}). */
    final boolean hasRingSize() {
        return map.maxEntries() >= MapKind.PAGE_SIZE && Long.bitCount(map.maxEntries()) == 1;
    }

    /**
     * Checks the address of an ARENA: a page from which the arena ends within the next 4 GiB.
     *
     * @param start the multiple of 4 GiB at which addresses begin
     * @param from the beginning of the addresses in the message
     */
    final void arenaAddress(long start, String required, String from) {
        if (kind != MapKind.ARENA || map.maxEntries() > kind.maxEntries()) {
            return;
        }
        // It has at least one page if its size is set at load time.
        long last = start + (1L << Integer.SIZE) - Math.max(1, map.maxEntries()) * MapKind.PAGE_SIZE;
        if (map.extra() % MapKind.PAGE_SIZE != 0 || Long.compareUnsigned(map.extra(), last) > 0) {
            find(Rule.ARENA_ADDRESS_INVALID, Part.EXTRA, hex(map.extra()), required, from + hex(last));
        }
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
