package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock
    @BpfMap(type = MapType.ARRAY, maxEntries = 16, flags = MapFlag.MMAPABLE)
//                                                                ^ NM-274 flow ... struct bpf_spin_lock
    record Flow(@Key int id, long packets) {}
}
