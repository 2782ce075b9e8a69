/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Inner maps that have names, in arrays and hashes, in one slot or several. */
@BpfObject("slotted")
public interface Slotted {
    enum Tier {
        FREE,
        PaidMonthly
    }

    /** An entry of an inner map. */
    @InnerMap(
            maxEntries = 16,
            instances = {"spill", "gold", "silver_one", "tier_free"})
    record Flow(@Key @U32 long id, @U64 long packets) {}

    /** Slots 0 and 2 of an array. */
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 3)
    record Rank(@U32 long rank) {}

    /** Slots 0 and 4 of a hash, with the same two maps in reverse order. */
    @OuterMap(inner = Flow.class, maxEntries = 5)
    record Numbered(@U32 long number) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 2)
    record ByTier(Tier tier) {}

    @OuterMap(inner = Flow.class, maxEntries = 2)
    record HashedTier(Tier tier) {}
}
