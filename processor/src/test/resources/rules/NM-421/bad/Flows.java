package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 65536, name = "bronze")
//  ^ NM-421 customer ... slot 65536 ... 65535 ... fillAtLoad
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Customer(@U32 long id) {}
}
