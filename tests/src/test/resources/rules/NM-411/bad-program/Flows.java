package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Slot(index = 4, name = "last")
//  ^ NM-411 map stage can't have slot 4: the last index of this array is max_entries - 1, which is 3 (E2BIG)
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key @U32 long index) {}

    @Slot(index = 0, name = "not a name")
//                          ^ NM-401 program name "not a name"
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Named(@Key @U32 long index) {}
}
