package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16, struct = "sum")
//                                    ^ NM-239 sum ... several components
    record Sum(@Key @U32 long id, @U64 long packets) {}
}
