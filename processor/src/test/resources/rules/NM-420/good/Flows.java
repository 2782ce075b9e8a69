package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 3, name = "gold")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 4)
    record Rank(@U32 long rank) {}
}
