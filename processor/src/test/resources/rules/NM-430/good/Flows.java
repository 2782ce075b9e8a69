package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}
}
