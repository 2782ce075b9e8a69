package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 4, name = "gold")
//  ^ NM-420 rank ... slot 4 ... 3 ... E2BIG
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 4)
    record Rank(@U32 long rank) {}
}
