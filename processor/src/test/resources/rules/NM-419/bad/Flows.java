package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64)
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Recent.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Tenant.class)
//                                                 ^ NM-419 outer ... Tenant
    record Outer(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Recent.class)
//                                                 ^ NM-419 lru ... Recent, which is a LRU_HASH
    record Lru(@Key @U32 long map, @U64 long count) {}
}
