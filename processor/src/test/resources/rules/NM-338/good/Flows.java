package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(type = MapType.SK_STORAGE, maxEntries = 0)
    record Socket(@U64 long packets) {}

    @Slot(key = 0, name = "sockets")
    @OuterMap(inner = Socket.class, maxEntries = 8)
    record Service(@U32 long id) {}

    @Slot(key = 0, name = "parse")
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 2)
    record Stage(@Key @U32 long index) {}
}
