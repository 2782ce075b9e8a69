package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16, pin = "flow", pinByName = true)
//                                                     ^ NM-343 flow
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
