package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARRAY, maxEntries = 16, flags = MapFlag.MMAPABLE)
    record Flow(@Key @U32 int id, long packets) {}
}
