package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "gold", maxEntries = 1)
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0, name = "bronze")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Customer(@U32 long id) {}
}
