package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "silver", maxEntries = 8)
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @Slot(key = 0, name = "silver", maxEntries = 8)
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Region(@U32 long id) {}
}
