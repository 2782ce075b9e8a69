package com.acme;

import com.acme.net.Samples;
import dev.nestmap.annotations.*;

/** Inner maps that are in slots from the start. */
@BpfObject(prefix = "cl_")
public interface Classes {
    enum Tier {
        FREE,
        PaidMonthly
    }

    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    /** Said by the object, one map in two slots. */
    @Slot(key = 0, name = "cl_gold")
    @Slot(key = 2, name = "cl_gold")
    @Slot(key = 3, name = "cl_last_one")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 4)
    record Rank(@U32 long rank) {}

    /** The same map as in another outer map, filled at load, by a compound key. */
    @Slot(
            key = {7, 1, 0},
            name = "cl_gold")
    @OuterMap(inner = Flow.class, maxEntries = 4, fillAtLoad = true)
    record Site(@Be16 int region, Tier tier, boolean indoors) {}

    /** Programs, some of which are there from the start. */
    @Slot(key = 3, name = "otherwise")
    @Slot(name = "on_*")
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key Tier tier) {}

    /** One for each constant, of another header's definition. */
    @Slot(name = "cl_samples_*")
    @OuterMap(inner = Samples.class, maxEntries = 4)
    record ByTier(Tier tier) {}
}
