package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
    record Lost(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
//                                               ^ NM-424 more ... Flow
    record More(@Key @U32 long map, @U64 long count) {}
}
