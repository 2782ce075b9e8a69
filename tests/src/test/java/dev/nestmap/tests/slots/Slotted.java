/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Inner maps that are in slots from the start: in arrays and hashes, inserted by libbpf or by Nestmap at load, in one slot or several. */
@BpfObject("slotted")
public interface Slotted {
    enum Tier {
        FREE,
        PaidMonthly
    }

    /** Also the definition of a map that is in no slot. */
    @InnerMap(maxEntries = 16, instances = "spill")
    record Flow(@Key @U32 long id, @U64 long packets) {}

    /** Slots 0 and 2 of an array. {@link Numbered} and this map repeat libbpf's own test (its commit 646f02ffdd). */
    @Slot(key = 0, name = "gold")
    @Slot(key = 2, name = "silver_one")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 3)
    record Rank(@U32 long rank) {}

    /**
     * Slots 0 and 4 of a hash, with the same two maps in reverse order, and smaller maps in slots 1 and 3. No program uses {@code tiny} by
     * its name.
     */
    @Slot(key = 0, name = "silver_one")
    @Slot(key = 1, name = "small", maxEntries = 2)
    @Slot(key = 3, name = "tiny", maxEntries = 1)
    @Slot(key = 4, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 5)
    record Numbered(@U32 long number) {}

    @Slot(
            key = {7, 1, 1},
            name = "gold")
    @Slot(
            key = {7, 0, 0},
            name = "bronze")
    @Slot(
            key = {7, 1, 0},
            name = "large",
            maxEntries = 64)
    @OuterMap(inner = Flow.class, maxEntries = 4, fillAtLoad = true)
    record Site(@Be16 int region, Tier tier, boolean indoors) {}

    @Slot(name = "tier_*")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 2, fillAtLoad = true)
    record ByTier(Tier tier) {}

    @Slot(name = "hashed_*")
    @OuterMap(inner = Flow.class, maxEntries = 2)
    record HashedTier(Tier tier) {}
}
