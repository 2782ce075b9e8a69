package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    @BpfMap(maxEntries = 16)
//  ^ NM-105 Flow ... @InnerMap ... @BpfMap
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
