package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = InnerType.LRU_HASH, maxEntries = 64)
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Recent.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Tenant.class)
//                                                 ^ NM-419 outer ... Tenant ... are not generated for this object
    record Outer(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Recent.class)
//                                                 ^ NM-419 lru ... Recent ... LRU_HASH
    record Lru(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
//                                               ^ NM-419 narrow ... Flow ... __u64
    record Narrow(@Key @U32 long map, @U32 long count) {}

    @BpfMap(type = MapType.LRU_HASH, maxEntries = 16, lostInsertsOf = Flow.class)
//                                                                        ^ NM-419 evicting ... Flow ... HASH
    record Evicting(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
    record Lost(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
//                                               ^ NM-419 more ... Flow ... another map counts them
    record More(@Key @U32 long map, @U64 long count) {}
}
