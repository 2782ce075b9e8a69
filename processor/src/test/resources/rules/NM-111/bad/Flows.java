package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Seen(@Key @U32 int index) {}
//  ^ NM-111 Seen
}
