package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(mapExtra = 5, maxEntries = 64)
//                       ^ NM-309 mapExtra of map flow_map is 5
    record Flow(@Key int id, @U64 long packets) {}
}
