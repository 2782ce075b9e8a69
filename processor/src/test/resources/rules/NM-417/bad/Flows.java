package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "gold")
    @Slot(key = 1, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 1)
    record Tenant(@U32 long id) {}
//  ^ NM-417 tenant ... 2
}
