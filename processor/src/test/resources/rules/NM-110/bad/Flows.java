package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(maxEntries = 16, inner = Flow.class)
    record Tenant() {}
//  ^ NM-110 Tenant
}
