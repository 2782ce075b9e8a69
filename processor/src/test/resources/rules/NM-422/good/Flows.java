package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 1, name = "bronze")
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Named(@U32 long id) {}
}
