package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 1, name = "bronze")
//  ^ NM-422 named ... integers ... enums ... booleans
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Named(@Size(100) String name) {}
}
