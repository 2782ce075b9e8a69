package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(index = 4, name = "gold")
//  ^ NM-411 3 ... E2BIG
    @OuterMap(type = OuterType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 4)
    record Rank(@U32 long rank) {}

    @Slot(index = -1, name = "silver")
//  ^ NM-411 tenant ... slot -1 ... __u32
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @Slot(index = 65536, name = "bronze")
//  ^ NM-411 65535
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Customer(@U32 long id) {}

    @Slot(index = {1, 256}, name = "iron")
//  ^ NM-411 slot 1, 256 ... __u8
    @OuterMap(inner = Flow.class, maxEntries = 4, fillAtLoad = true)
    record Site(@U8 int region, @U8 int number) {}
}
