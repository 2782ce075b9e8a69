/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Inner maps that have names: one in no slot, in which programs count, and those with limits in several slots of arrays and hashes. */
@BpfObject("slotted")
public interface Slotted {
    enum Tier {
        FREE,
        PaidMonthly
    }

    @InnerMap(maxEntries = 16, instances = "spill")
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 2)
    record ByTier(Tier tier) {}

    @OuterMap(inner = Flow.class, maxEntries = 2)
    record HashedTier(Tier tier) {}

    /** An entry of a map that Java writes. */
    @InnerMap(
            maxEntries = 16,
            flags = MapFlag.RDONLY_PROG,
            instances = {"gold", "silver_one"})
    record Limit(@Key @U32 long id, @U64 long packets) {}

    /** Slots 0 and 2 of an array. */
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Limit.class, maxEntries = 3)
    record Plan(@U32 long number) {}

    /** Slots 0 and 4 of a hash, with the same two maps in reverse order. */
    @OuterMap(inner = Limit.class, maxEntries = 5)
    record NumberedPlan(@U32 long number) {}
}
