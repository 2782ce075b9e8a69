package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(maxEntries = 16)
    record Total(@Key @U32 long id, @U64 long bytes) {}

    @Slot(key = 0, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0, name = "gold")
//                        ^ NM-413 gold ... FlowMap ... Tenant ... TotalMap ... Summary
    @OuterMap(inner = Total.class, maxEntries = 8)
    record Summary(@U32 long id) {}
}
