package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pinInners = true)
//                                                            ^ NM-332 tenant
    record Tenant(@U32 long id) {}
}
