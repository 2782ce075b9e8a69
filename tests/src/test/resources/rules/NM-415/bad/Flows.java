package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    record Place(@U16 int region, @U16 int number) {}

    @Slot(index = 7, name = "gold")
//  ^ NM-415 it has 3, and each is said by one number
    @OuterMap(inner = Flow.class, maxEntries = 8, fill = SlotFill.AT_LOAD)
    record Site(Place place, boolean indoors) {}

    @Slot(index = {}, name = "silver")
//  ^ NM-415 slot  of map tenant
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(index = 1, name = "bronze")
//  ^ NM-415 not made of integers, enums and booleans alone
    @OuterMap(inner = Flow.class, maxEntries = 8, fill = SlotFill.AT_LOAD)
    record Named(@Size(100) String name) {}
}
