package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(maxEntries = 64)
    record Total(@Key @U32 long id, @U64 long bytes) {}

    @OuterMap(name = "slow", inner = Flow.class, maxEntries = 8)
    @OuterMap(name = "fast", inner = Total.class, maxEntries = 8)
    record Tenant(@U32 long id) {}
//  ^ NM-257 fast ... Total ... Flow
}
