package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock
    @BpfMap(type = MapType.ARRAY, maxEntries = 16, flags = MapFlag.MMAPABLE)
//                                                                ^ NM-274 map flow is declared with BPF_F_MMAPABLE, and its values have a struct bpf_spin_lock
    record Flow(@Key int id, long packets) {}
}
