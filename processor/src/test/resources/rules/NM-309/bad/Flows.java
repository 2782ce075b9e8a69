package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(mapExtra = 5, maxEntries = 64)
//                       ^ NM-309 flow_map ... 5
    record Flow(@Key int id, @U64 long packets) {}
}
