package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @SpinLock
    @BpfMap(type = MapType.ARRAY, maxEntries = 16, flags = MapFlag.MMAPABLE)
//                                                                ^ NM-274 flow ... struct bpf_spin_lock
    record Flow(@Key @U32 int id, long packets) {}
}
