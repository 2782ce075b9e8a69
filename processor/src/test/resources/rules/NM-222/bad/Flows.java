package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @Size(2) int count) {}
//                                              ^ NM-222 Flow.count ... int ... this type has a fixed size; remove @Size
}
