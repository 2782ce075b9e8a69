package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Counter(@Key @U32 int index, @U64 long packets) {}

    @BpfMap(maxEntries = 16)
    record Seen(@Key int index) {}
}
