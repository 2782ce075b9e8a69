package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(type = MapType.HASH_OF_MAPS, inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 long id) {}
}
