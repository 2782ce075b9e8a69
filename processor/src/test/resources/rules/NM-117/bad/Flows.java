package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(type = MapType.QUEUE, maxEntries = 64)
    record Job(@Key @U32 long id, @U64 long packets) {}
//                            ^ NM-117 id ... Job
}
