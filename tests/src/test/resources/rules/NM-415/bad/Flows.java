package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    record Place(@U16 int region, @U16 int number) {}

    @Slot(index = 7, name = "gold")
//  ^ NM-415 the key has 3 parts, and the slot needs one number for each
    @OuterMap(inner = Flow.class, maxEntries = 8, fill = SlotFill.AT_LOAD)
    record Site(Place place, boolean indoors) {}

    @Slot(index = {}, name = "silver")
//  ^ NM-415 slot {} of map tenant
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(index = 1, name = "bronze")
//  ^ NM-415 this key does not consist of a few integers, enums and booleans
    @OuterMap(inner = Flow.class, maxEntries = 8, fill = SlotFill.AT_LOAD)
    record Named(@Size(100) String name) {}
}
