package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock
//  ^ NM-266 @SpinLock does not fit record Heap: an arena has no values
    @BpfMap(type = MapType.ARENA, maxEntries = 16)
    record Heap() {}
}
