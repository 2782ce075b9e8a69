package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = MaxEntries.AT_LOAD)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = MaxEntries.AT_LOAD)
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record Counter(@Key int id, @U64 long packets) {}
}
