package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @Bits(7) int low, @Bits(7) @Align(4) int high) {}
//                                                                          ^ NM-235 Flow.high
}
